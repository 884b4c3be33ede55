//! Values on their way into a statement. Four column types only: BIGINT, TEXT, BYTEA and UUID.

use kernel::{Coins, Day, District, DivisionCode, Id, Instant, Minutes};

/// A parameter of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA, BLOB.
    Bytes(&'a [u8]),
    /// UUID, a 16-byte BLOB on SQLite.
    Uuid([u8; 16]),
}

/// What can be a parameter.
pub trait ToValue {
    /// The parameter.
    fn value(&self) -> Value<'_>;
}

/// The parameters of a statement, in the order of `$1`, `$2`, …
#[macro_export]
macro_rules! params {
    ($($param:expr),* $(,)?) => { &[$($crate::ToValue::value(&$param)),*] as &[$crate::Value<'_>] };
}

macro_rules! int {
    ($($type:ty => |$it:ident| $number:expr),+ $(,)?) => {
        $(impl ToValue for $type {
            fn value(&self) -> Value<'_> {
                let $it = *self;
                Value::Int($number)
            }
        })+
    };
}

int! {
    i64 => |n| n,
    i32 => |n| i64::from(n),
    u32 => |n| i64::from(n),
    u8 => |n| i64::from(n),
    bool => |yes| i64::from(yes),
    District => |d| i64::from(d.number()),
    DivisionCode => |d| d.number().cast_signed(),
    Instant => |t| t.micros(),
    Day => |d| i64::from(d.number()),
    Minutes => |m| m.number(),
    Coins => |c| c.number(),
}

impl ToValue for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}
impl ToValue for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}
impl ToValue for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
impl ToValue for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
impl<const N: usize> ToValue for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
impl<T> ToValue for Id<T> {
    fn value(&self) -> Value<'_> {
        Value::Uuid(self.bytes())
    }
}
impl<T: ToValue> ToValue for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::value)
    }
}
impl<T: ToValue + ?Sized> ToValue for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}
impl ToValue for Value<'_> {
    fn value(&self) -> Value<'_> {
        *self
    }
}
