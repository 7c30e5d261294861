//! Why something of cold signing cannot be read.

/// Why frames, a request, a signature or a key cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColdError {
    /// There is no frame (`ur:…`) in it.
    #[error("there is no frame of a request in it")]
    NoFrame,
    /// A frame whose checksum is wrong, or that breaks off.
    #[error("a frame is damaged")]
    DamagedFrame,
    /// A frame of another message than the ones before it.
    #[error("a frame is of another message")]
    OtherMessage,
    /// Some frames are missing still.
    #[error("{have} of {need} parts are there; {damaged} frames were damaged")]
    Incomplete {
        /// Parts that are there.
        have: usize,
        /// Parts of the whole.
        need: usize,
        /// Frames that were left out because they were damaged.
        damaged: usize,
    },
    /// Larger than anything that is signed here.
    #[error("it is too large")]
    TooLarge,
    /// Another kind of message than the one that is needed here.
    #[error("a {found} is not what is needed here")]
    OtherType {
        /// The type that its frames name, at most 40 characters.
        found: String,
    },
    /// It is whole, and no such message: the part that cannot be read.
    #[error("the {0} cannot be read")]
    Malformed(&'static str),
    /// A kind of data that nobody here can decode, and so nobody signs.
    #[error("data of type {0} cannot be decoded, so it is not signed")]
    DataType(i64),
    /// A private key. It must never be shown to an online computer.
    #[error("this is a private key: keep it away from every computer with a network")]
    PrivateKey,
    /// A key from which no account can be derived here.
    #[error("no account can be derived from this key")]
    NoAccountKey,
    /// The signature is not that of the account over what was asked for.
    #[error("the signature is not one of this account for this request")]
    OtherSigner,
    /// The picture holds no QR code.
    #[error("there is no QR code in the picture")]
    NoCode,
    /// The picture cannot be read.
    #[error("the picture cannot be read")]
    PictureUnreadable,
}
