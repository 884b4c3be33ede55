//! Values on their way out of a row.

use kernel::{Coins, Day, District, DivisionCode, Id, Instant, Minutes};
use postgres::types::{FromSql, Type};

use crate::{Fault, Value};

/// A row, read from left to right: `id: row.take()?, name: row.take()?, …` in the order of the SELECT.
pub struct Row<'r> {
    cells: Cells<'r>,
    next: usize,
}

pub(crate) enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) const fn new(cells: Cells<'r>) -> Self {
        Self { cells, next: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none or it is of another type.
    pub fn take<T: FromColumn>(&mut self) -> Result<T, Fault> {
        let value = self.value()?;
        T::from_column(value).ok_or_else(|| {
            Fault::Defect(format!("column {} is not a {}", self.next, std::any::type_name::<T>()))
        })
    }

    /// The next column as it is.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none.
    pub fn value(&mut self) -> Result<Value<'r>, Fault> {
        let at = self.next;
        self.next += 1;
        match &self.cells {
            Cells::Sqlite(row) => {
                use rusqlite::types::ValueRef;
                let value = row.get_ref(at).map_err(|e| Fault::Defect(e.to_string()))?;
                match value {
                    ValueRef::Null => Ok(Value::Null),
                    ValueRef::Integer(number) => Ok(Value::Int(number)),
                    ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                        .map(Value::Text)
                        .map_err(|_| Fault::Defect(format!("column {at} is not UTF-8"))),
                    ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes)),
                    ValueRef::Real(_) => Err(Fault::Defect(format!("column {at} is a float"))),
                }
            }
            Cells::Postgres(row) => {
                row.try_get::<_, Cell<'r>>(at).map(|cell| cell.0).map_err(|e| Fault::Defect(e.to_string()))
            }
        }
    }
}

/// A column as PostgreSQL sends it, in one of our four types.
struct Cell<'a>(Value<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::UUID => Value::Uuid(raw.try_into()?),
            Type::BYTEA => Value::Bytes(raw),
            _ => Value::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8 | Type::INT4 | Type::UUID | Type::BYTEA | Type::TEXT | Type::NAME | Type::VARCHAR
        )
    }
}

/// What a column can be read as.
pub trait FromColumn: Sized {
    /// Reads the value; `None` when it is of another type.
    fn from_column(value: Value<'_>) -> Option<Self>;
}

impl FromColumn for i64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        if let Value::Int(number) = value { Some(number) } else { None }
    }
}
impl FromColumn for bool {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value).map(|number| number != 0)
    }
}
impl FromColumn for String {
    fn from_column(value: Value<'_>) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.to_owned()) } else { None }
    }
}
impl FromColumn for Vec<u8> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes.to_vec()) } else { None }
    }
}
impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(value: Value<'_>) -> Option<Self> {
        if let Value::Bytes(bytes) = value { bytes.try_into().ok() } else { None }
    }
}
impl<T> FromColumn for Id<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        let bytes = match value {
            Value::Uuid(bytes) => bytes,
            Value::Bytes(bytes) => bytes.try_into().ok()?,
            _ => return None,
        };
        Self::from_bytes(bytes).ok()
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_column(value).map(Some) }
    }
}

macro_rules! number {
    ($($type:ty => |$it:ident| $made:expr),+ $(,)?) => {
        $(impl FromColumn for $type {
            fn from_column(value: Value<'_>) -> Option<Self> {
                let $it = i64::from_column(value)?;
                $made
            }
        })+
    };
}

number! {
    i32 => |n| n.try_into().ok(),
    u32 => |n| n.try_into().ok(),
    u8 => |n| n.try_into().ok(),
    District => |n| Self::new(n.try_into().ok()?),
    DivisionCode => |n| Self::new(n.try_into().ok()?),
    Instant => |n| Some(Self::from_micros(n)),
    Day => |n| Some(Self::from_number(n.try_into().ok()?)),
    Minutes => |n| Some(Self(n)),
    Coins => |n| Some(Self(n)),
}

/// What a row can be read as; a tuple reads its columns from left to right.
pub trait FromRow: Sized {
    /// Reads the row.
    ///
    /// # Errors
    /// [`Fault::Defect`] when a column is missing or of another type.
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault>;
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<$($name: FromColumn),+> FromRow for ($($name,)+) {
            fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
                Ok(($(row.take::<$name>()?,)+))
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
