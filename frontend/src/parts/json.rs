//! JSON, read by the browser's own parser, and made into the shared types from there. serde_json's parser would be a
//! tenth of the page again, and so would be telling in words what is wrong with a text that nobody reads.

use std::fmt;

use js_sys::{Array, JSON, Number, Object};
use serde::de::{
    DeserializeOwned, Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor,
    value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
};
use wasm_bindgen::{JsCast, JsValue};

/// What a text of JSON says; nothing when it is none, or not of this type. Unknown fields are passed over. Numbers are
/// whole, and at most 2^53, which no `seq` and no time comes near.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Parsed(JSON::parse(text).ok()?)).ok()
}

/// A value as the browser parsed it.
struct Parsed(JsValue);

/// It is not of the type that it is read as.
#[derive(Debug)]
struct Misread;

impl Parsed {
    fn text(&self) -> Result<String, Misread> {
        self.0.as_string().ok_or(Misread)
    }

    fn whole(&self) -> Result<i64, Misread> {
        let number = self.0.as_f64().filter(|_| Number::is_safe_integer(&self.0));
        number.map(|number| number as i64).ok_or(Misread)
    }

    fn list(self) -> Result<impl Iterator<Item = Self>, Misread> {
        let list: Array = self.0.dyn_into().map_err(|_| Misread)?;
        Ok((0..list.length()).map(move |place| Self(list.get(place))))
    }

    fn fields(self) -> Result<Array, Misread> {
        if self.0.is_object() { Ok(Object::entries(self.0.unchecked_ref())) } else { Err(Misread) }
    }
}

type Fields<I> = MapDeserializer<'static, I, Misread>;

fn each_of(fields: Array) -> Fields<impl Iterator<Item = (Parsed, Parsed)>> {
    MapDeserializer::new((0..fields.length()).map(move |place| {
        let field: Array = fields.get(place).unchecked_into();
        (Parsed(field.get(0)), Parsed(field.get(1)))
    }))
}

impl<'de> IntoDeserializer<'de, Misread> for Parsed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Implements methods that read one kind of value, whatever else serde would like to know.
macro_rules! read {
    ($($method:ident)*, |$parsed:ident, $visitor:ident| $read:expr) => {
        $(fn $method<V: Visitor<'de>>(self, $visitor: V) -> Result<V::Value, Misread> {
            let $parsed = self;
            $read
        })*
    };
}

impl<'de> Deserializer<'de> for Parsed {
    type Error = Misread;

    read!(deserialize_str deserialize_string deserialize_identifier, |parsed, visitor| {
        visitor.visit_string(parsed.text()?)
    });
    read!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64, |parsed, visitor| {
        visitor.visit_i64(parsed.whole()?)
    });
    read!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64, |parsed, visitor| {
        visitor.visit_u64(parsed.whole()?.try_into().map_err(|_| Misread)?)
    });
    read!(deserialize_bool, |parsed, visitor| visitor.visit_bool(parsed.0.as_bool().ok_or(Misread)?));
    read!(deserialize_unit, |parsed, visitor| {
        if parsed.0.is_null() { visitor.visit_unit() } else { Err(Misread) }
    });
    read!(deserialize_option, |parsed, visitor| {
        if parsed.0.is_null() { visitor.visit_none() } else { visitor.visit_some(parsed) }
    });
    read!(deserialize_seq, |parsed, visitor| visitor.visit_seq(SeqDeserializer::new(parsed.list()?)));
    read!(deserialize_map, |parsed, visitor| visitor.visit_map(each_of(parsed.fields()?)));
    read!(deserialize_ignored_any, |_parsed, visitor| visitor.visit_unit());
    // Nothing that the server says is of these kinds, or of a kind that only the text tells.
    read!(
        deserialize_any deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes deserialize_byte_buf,
        |_parsed, _visitor| Err(Misread)
    );

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_map(visitor)
    }

    /// `"name"`, or `{"name": what is in it}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        let fields = if self.0.is_string() {
            Array::of1(&Array::of2(&self.0, &JsValue::NULL))
        } else {
            self.fields()?
        };
        if fields.length() == 1 {
            visitor.visit_enum(MapAccessDeserializer::new(each_of(fields)))
        } else {
            Err(Misread)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_seq(visitor)
    }
}

impl Error for Misread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl std::error::Error for Misread {}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of this type")
    }
}
