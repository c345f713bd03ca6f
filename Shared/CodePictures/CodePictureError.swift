/// Why a picture could not be made or read. No error ever holds what stands in the code.
public enum CodePictureError: Error, Hashable, Sendable {
    /// The text is empty or has more bytes than a QR code takes.
    case textTooLong(most: Int)
    /// The file has more bytes than ``GrayPicture/fileBytesMax``.
    case fileTooLarge(bytes: Int)
    /// The picture has more pixels than ``GrayPicture/pixelsMax``.
    case tooManyPixels(width: Int, height: Int)
    /// The bytes are no PNG picture that can be read.
    case notAPicture(reason: String)
    /// The code holds bytes that are no UTF-8: another encoding, or no text at all.
    case notUTF8
    /// Looking for codes takes longer than was allowed.
    case tooSlow(limit: Duration)
    /// The library did not do what it was asked to: there is no memory left.
    case libraryFailed(String)
}

extension CodePictureError: CustomStringConvertible {
    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .textTooLong(let most): "A QR picture takes 1 to \(most) bytes of text; shorten it."
        case .fileTooLarge(let bytes):
            "The file has \(bytes) bytes; take one of at most \(GrayPicture.fileBytesMax)."
        case .tooManyPixels(let width, let height):
            "The picture has \(width) × \(height) pixels; make it smaller, at most \(GrayPicture.pixelsMax) in all."
        case .notAPicture(let reason): "This is no PNG picture (\(reason)); save it as PNG."
        case .notUTF8: "The code holds no UTF-8 text; whoever makes it has to write UTF-8."
        case .tooSlow(let limit):
            "No code was found within \(limit.components.seconds) s; cut out the part of the picture that shows it."
        case .libraryFailed(let library): "\(library) failed; try again when memory is free."
        }
    }
}
