//! JSON, written. serde_json's way of it can fail, and so whoever writes something asks at each field whether it did: that is most of
//! its code. Here it cannot.

use std::fmt;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// The text of JSON that says this. Keys are texts, and numbers whole.
pub fn to_json<T: Serialize>(value: &T) -> String {
    let mut json = Json(String::new());
    let Ok(()) = value.serialize(&mut json);
    json.0
}

/// What is written by now.
struct Json(String);

/// What cannot happen.
#[derive(Debug)]
enum Never {}

impl Json {
    #[inline(never)]
    fn write(&mut self, text: &str) -> Result<(), Never> {
        self.0.push_str(text);
        Ok(())
    }

    #[inline(never)]
    fn quote(&mut self, text: &str) -> Result<(), Never> {
        const HEX: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => self.0.extend(['\\', letter]),
                '\n' => self.0.push_str("\\n"),
                '\0'..' ' => {
                    let code = letter as usize;
                    self.0.push_str("\\u00");
                    self.0.extend([HEX[code / 16], HEX[code % 16]]);
                }
                _ => self.0.push(letter),
            }
        }
        self.write("\"")
    }

    /// Begins what is named so.
    #[inline(never)]
    fn named(&mut self, name: &str, open: &str) {
        self.0.push('{');
        let Ok(()) = self.quote(name);
        self.0.push(':');
        self.0.push_str(open);
    }

    /// Begins something that may have several things in it, behind what was written of it.
    fn inside(&mut self, close: &'static str) -> Inside<'_> {
        Inside { json: self, close, is_first: true }
    }
}

/// What has several things in it.
struct Inside<'a> {
    json: &'a mut Json,
    close: &'static str,
    is_first: bool,
}

impl Inside<'_> {
    #[inline(never)]
    fn next(&mut self) -> &mut Json {
        if !std::mem::take(&mut self.is_first) {
            self.json.0.push(',');
        }
        self.json
    }

    #[inline(never)]
    fn field(&mut self, name: &str) -> &mut Json {
        let json = self.next();
        let Ok(()) = json.quote(name);
        json.0.push(':');
        json
    }

    fn close(self) -> Result<(), Never> {
        self.json.write(self.close)
    }
}

/// Implements methods that write a number, whatever its size.
macro_rules! number {
    ($($method:ident $number:ty),*) => {
        $(fn $method(self, number: $number) -> Result<(), Never> {
            self.write(&number.to_string())
        })*
    };
}

/// Implements methods that write a number as one of the largest size: there is one code for all.
macro_rules! as_largest {
    ($largest:ident: $($method:ident $number:ty),*) => {
        $(fn $method(self, number: $number) -> Result<(), Never> {
            self.$largest(number.into())
        })*
    };
}

/// Implements methods for what nobody says.
macro_rules! unsaid {
    ($($method:ident $kind:ty),*) => {
        $(fn $method(self, _: $kind) -> Result<(), Never> {
            unreachable!("nothing that is said is of this kind")
        })*
    };
}

impl<'a> Serializer for &'a mut Json {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    number!(serialize_u64 u64, serialize_i64 i64);
    as_largest!(serialize_u64: serialize_u8 u8, serialize_u16 u16, serialize_u32 u32);
    as_largest!(serialize_i64: serialize_i8 i8, serialize_i16 i16, serialize_i32 i32);
    unsaid!(serialize_f32 f32, serialize_f64 f64, serialize_char char, serialize_bytes &[u8]);

    fn serialize_bool(self, so: bool) -> Result<(), Never> {
        self.write(if so { "true" } else { "false" })
    }

    fn serialize_str(self, text: &str) -> Result<(), Never> {
        self.quote(text)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.write("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.write("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.write("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Never> {
        self.quote(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.named(name, "");
        let Ok(()) = value.serialize(&mut *self);
        self.write("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a>, Never> {
        self.0.push('[');
        Ok(self.inside("]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a>, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Never> {
        self.named(name, "[");
        Ok(self.inside("]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a>, Never> {
        self.0.push('{');
        Ok(self.inside("}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Never> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Never> {
        self.named(name, "{");
        Ok(self.inside("}}"))
    }
}

/// Implements what is said one after the other.
macro_rules! listed {
    ($($kind:ident $method:ident),*) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                value.serialize(self.next())
            }

            fn end(self) -> Result<(), Never> {
                self.close()
            }
        })*
    };
}

listed!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

/// Implements what is said under names.
macro_rules! named {
    ($($kind:ident),*) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Never> {
                value.serialize(self.field(name))
            }

            fn end(self) -> Result<(), Never> {
                self.close()
            }
        })*
    };
}

named!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(self.next())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.json.0.push(':');
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Never> {
        self.close()
    }
}

impl Error for Never {
    fn custom<T: fmt::Display>(why: T) -> Self {
        unreachable!("what is said can be written: {why}")
    }
}

impl std::error::Error for Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Said {
        Nothing,
        One(Option<i64>),
        Two(bool, u8),
        Three {
            text: String,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            list: Vec<Said>,
        },
        Map(BTreeMap<String, u64>),
    }

    #[test]
    fn each_kind_is_written_as_serde_json_writes_it() {
        let map = BTreeMap::from([("a".to_owned(), u64::MAX), ("b".to_owned(), 0)]);
        let three = Said::Three { text: "셋".into(), list: vec![Said::Nothing, Said::One(None)] };
        let all = [
            Said::Nothing,
            Said::One(Some(i64::MIN)),
            Said::Two(true, 7),
            three,
            Said::Three { text: String::new(), list: vec![] },
            Said::Map(map),
        ];
        assert_eq!(to_json(&all), serde_json::to_string(&all).unwrap());
        assert_eq!(to_json(&((), "x", [1u32; 0])), r#"[null,"x",[]]"#);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>(), key in "[\u{0}-\u{ff}]*") {
            let written = to_json(&BTreeMap::from([(key.clone(), text.clone())]));
            let read: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(read, json!({ key: text }));
        }
    }
}
