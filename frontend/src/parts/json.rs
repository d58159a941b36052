//! JSON, read by the browser's own parser, and made into the shared types from there. serde_json's parser would be a
//! tenth of the page again, and so would be telling in words what is wrong with a text that nobody reads.

use std::fmt;

use js_sys::{Array, JSON, Number, Object};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer,
    SeqAccess, Unexpected, VariantAccess, Visitor, value::MapDeserializer,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// What has fields.
    type Fields;
    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &Fields, name: &str) -> JsValue;
}

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

    fn list(self) -> Result<List, Misread> {
        Ok(List { list: self.0.dyn_into().map_err(|_| Misread)?, next: 0 })
    }

    fn named(self, names: &'static [&'static str]) -> Result<Named, Misread> {
        if self.0.is_object() { Ok(Named { of: self.0.unchecked_into(), names }) } else { Err(Misread) }
    }

    /// `"name"`, or `{"name": what is in it}`.
    fn case(self, names: &'static [&'static str]) -> Result<Case, Misread> {
        let (name, inside) = match self.0.as_string() {
            Some(name) => (name, JsValue::NULL),
            None if self.0.is_object() => {
                let fields = Object::entries(self.0.unchecked_ref());
                let only: Array = fields.get(0).dyn_into().map_err(|_| Misread)?;
                let only = Some(only).filter(|_| fields.length() == 1).ok_or(Misread)?;
                (only.get(0).as_string().unwrap_or_default(), only.get(1))
            }
            None => return Err(Misread),
        };
        let place = names.iter().position(|own| *own == name).ok_or(Misread)?;
        Ok(Case { place: place as u32, inside: Self(inside) })
    }
}

/// What is in a list, one after the other.
struct List {
    list: Array,
    next: u32,
}

impl List {
    fn next(&mut self) -> Option<Parsed> {
        let place = self.next;
        self.next += 1;
        (place < self.list.length()).then(|| Parsed(self.list.get(place)))
    }
}

impl<'de> SeqAccess<'de> for List {
    type Error = Misread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misread> {
        self.next().map(|one| seed.deserialize(one)).transpose()
    }
}

/// The fields of a struct, in the order in which it has them: so it need not be made for each how one is known by its name.
struct Named {
    of: Fields,
    names: &'static [&'static str],
}

impl Named {
    /// The next of them; nothing where it is not there.
    fn next(&mut self) -> Option<Parsed> {
        let (name, others) = self.names.split_first()?;
        self.names = others;
        Some(self.of.get(name)).filter(|field| !field.is_undefined()).map(Parsed)
    }
}

impl<'de> SeqAccess<'de> for Named {
    type Error = Misread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misread> {
        self.next().map(|one| seed.deserialize(one)).transpose()
    }
}

/// One of several, by its place among them, and what is in it.
struct Case {
    place: u32,
    inside: Parsed,
}

impl<'de> EnumAccess<'de> for Case {
    type Error = Misread;
    type Variant = Parsed;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Parsed), Misread> {
        Ok((seed.deserialize(IntoDeserializer::<Misread>::into_deserializer(self.place))?, self.inside))
    }
}

impl<'de> VariantAccess<'de> for Parsed {
    type Error = Misread;

    fn unit_variant(self) -> Result<(), Misread> {
        if self.0.is_null() { Ok(()) } else { Err(Misread) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misread> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_seq(self.named(fields)?)
    }
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
    read!(deserialize_seq, |parsed, visitor| visitor.visit_seq(parsed.list()?));
    read!(deserialize_map, |parsed, visitor| {
        let fields = Object::entries(parsed.0.dyn_ref().ok_or(Misread)?);
        visitor.visit_map(MapDeserializer::new((0..fields.length()).map(move |place| {
            let field: Array = fields.get(place).unchecked_into();
            (Parsed(field.get(0)), Parsed(field.get(1)))
        })))
    });
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
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_seq(self.named(fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_enum(self.case(variants)?)
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
