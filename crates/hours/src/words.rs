//! Closed lists whose members stand in rows as words.

/// Declares an enumeration with its words (`kernel::words!`) that a row can hold.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($members:tt)* }) => {
        kernel::words! { $(#[$doc])* $name { $($members)* } }

        impl db::FromColumn for $name {
            fn from_column(value: db::Value<'_>) -> Option<Self> {
                if let db::Value::Text(word) = value { Self::from_word(word) } else { None }
            }
        }

        impl db::ToValue for $name {
            fn value(&self) -> db::Value<'_> {
                db::Value::Text(self.word())
            }
        }
    };
}

pub(crate) use words;
