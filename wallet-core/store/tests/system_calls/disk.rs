//! A disk that forgets what was not synced.
//!
//! A file's contents are safe once the file is synced, and with it that the file exists; a rename or
//! removal is safe once its folder is. Until then a cut may leave of the writes any subset, each of
//! them whole or with any of its sectors, and of a folder's changes any first part.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::record::Event;

const SECTOR: usize = 512;

/// Contents with changes that may be lost.
#[derive(Debug, Default, Clone)]
struct File {
    safe: Vec<u8>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

/// A change of names.
#[derive(Debug, Clone)]
enum Naming {
    Create(PathBuf, usize),
    Folder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

/// The disk.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    /// As the running system sees it.
    names: BTreeMap<PathBuf, Node>,
    /// As a cut would leave it at least.
    safe_names: BTreeMap<PathBuf, Node>,
    namings: Vec<Naming>,
}

impl Naming {
    /// Whether the change is one of the folder's.
    fn is_in(&self, folder: &Path) -> bool {
        let path = match self {
            Self::Create(path, _) | Self::Folder(path) | Self::Remove(path) => path,
            Self::Rename(_, to) => to,
        };
        path.parent() == Some(folder)
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        match self {
            Self::Create(path, file) => {
                names.insert(path.clone(), Node::File(*file));
            }
            Self::Folder(path) => {
                names.insert(path.clone(), Node::Folder);
            }
            Self::Rename(from, to) => {
                if let Some(node) = names.remove(from) {
                    names.insert(to.clone(), node);
                }
            }
            Self::Remove(path) => {
                names.remove(path);
            }
        }
    }
}

impl Disk {
    /// What happens while there is power.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Create(path) => {
                self.files.push(File::default());
                self.name(Naming::Create(path.clone(), self.files.len() - 1));
            }
            Event::MakeFolder(path) => self.name(Naming::Folder(path.clone())),
            Event::Rename(from, to) => self.name(Naming::Rename(from.clone(), to.clone())),
            Event::Remove(path) => self.name(Naming::Remove(path.clone())),
            Event::Write(path, at, bytes) => {
                self.change(path, Change::Write(*at, bytes.clone()));
            }
            Event::SetLength(path, length) => self.change(path, Change::Length(*length)),
            Event::Sync(path) => self.sync(path),
            Event::Said(_) => {}
        }
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.namings.push(naming);
    }

    fn change(&mut self, path: &Path, change: Change) {
        if let Some(Node::File(file)) = self.names.get(path).copied() {
            self.files[file].changes.push(change);
        }
    }

    fn sync(&mut self, path: &Path) {
        match self.names.get(path).copied() {
            Some(Node::File(file)) => {
                let File { safe, changes } = &mut self.files[file];
                for change in changes.drain(..) {
                    change.apply(safe);
                }
                self.make_safe(|naming| matches!(naming, Naming::Create(_, new) if *new == file));
            }
            Some(Node::Folder) => self.make_safe(|naming| naming.is_in(path)),
            None => {}
        }
    }

    fn make_safe(&mut self, which: impl Fn(&Naming) -> bool) {
        let safe_names = &mut self.safe_names;
        self.namings.retain(|naming| {
            let safe = which(naming);
            if safe {
                naming.apply(safe_names);
                // What is in a folder needs the folder.
                if let Naming::Create(path, _) | Naming::Folder(path) = naming {
                    for folder in path.ancestors().skip(1) {
                        safe_names.entry(folder.to_owned()).or_insert(Node::Folder);
                    }
                }
            }
            !safe
        });
    }

    /// Cuts the power and writes what is left of `root` to `target`.
    pub fn cut(mut self, mut dice: fastrand::Rng, root: &Path, target: &Path) {
        // Of each folder's changes a first part has happened.
        let mut stopped: Vec<PathBuf> = Vec::new();
        let namings = std::mem::take(&mut self.namings);
        for naming in namings {
            if stopped.iter().any(|folder| naming.is_in(folder)) {
                continue;
            }
            if dice.bool() {
                naming.apply(&mut self.safe_names);
            } else if let Some(folder) = match &naming {
                Naming::Create(path, _) | Naming::Folder(path) | Naming::Remove(path) => {
                    path.parent()
                }
                Naming::Rename(_, to) => to.parent(),
            } {
                stopped.push(folder.to_owned());
            }
        }
        for (path, node) in &self.safe_names {
            let Ok(inside) = path.strip_prefix(root) else {
                continue;
            };
            let place = target.join(inside);
            match node {
                Node::Folder => std::fs::create_dir_all(&place).unwrap(),
                Node::File(file) => {
                    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                    std::fs::write(&place, self.files[*file].after_cut(&mut dice)).unwrap();
                }
            }
        }
    }
}

impl File {
    fn after_cut(&self, dice: &mut fastrand::Rng) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        for change in &self.changes {
            match (change, dice.u8(0..3)) {
                (_, 0) => {}
                (Change::Write(at, written), 1) => {
                    // Torn: some sectors of it.
                    for (n, sector) in written.chunks(SECTOR).enumerate() {
                        if dice.bool() {
                            let at = at + u64::try_from(n * SECTOR).unwrap();
                            Change::Write(at, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
                (change, _) => change.apply(&mut bytes),
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, written) => {
                let at = usize::try_from(*at).unwrap();
                if bytes.len() < at + written.len() {
                    bytes.resize(at + written.len(), 0);
                }
                bytes[at..at + written.len()].copy_from_slice(written);
            }
            Self::Length(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        }
    }
}
