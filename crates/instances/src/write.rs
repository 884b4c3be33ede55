//! A file is there whole or not at all, also when the process is killed half-way.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::FileError;

/// A file that takes the place of another once it is whole.
///
/// It is written beside the other, as `.NAME.PROCESS.part`, and renamed at the end. Dropped before that, it goes away.
#[derive(Debug)]
pub struct Replacement {
    path: PathBuf,
    part: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Replacement {
    /// Begins; that the folder is there and may be written is known from here on.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let Some(name) = path.file_name() else {
            return Err(FileError::whole(path, "is no name of a file"));
        };
        if path.is_dir() {
            return Err(FileError::whole(path, "is a folder; name a file in it"));
        }
        let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = File::create(&part).map_err(|error| FileError::io(path, "written", &error))?;
        Ok(Self { path: path.to_owned(), part, file: Some(BufWriter::with_capacity(1 << 16, file)) })
    }

    /// Puts it in its place, on the disk.
    ///
    /// # Errors
    /// When the disk is full, or the place is not to be had.
    pub fn finish(mut self) -> Result<(), FileError> {
        let done = (|| {
            let file = self.file.take().map(BufWriter::into_inner).transpose().map_err(|e| e.into_error())?;
            if let Some(file) = file {
                file.sync_all()?;
            }
            fs::rename(&self.part, &self.path)?;
            // The name itself is only safe once its folder is.
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        })();
        done.map_err(|error: io::Error| FileError::io(&self.path, "written", &error))
    }

    /// Names the file in an error of writing.
    pub(crate) fn refused(&self, error: &io::Error) -> FileError {
        FileError::io(&self.path, "written", error)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // After `finish` it has its other name, and nothing is found here.
        let _ = fs::remove_file(&self.part);
    }
}
