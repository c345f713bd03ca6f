/// Why a picture could not be made or read. No error contains the code's text.
public enum CodePictureError: Error, Hashable, Sendable {
    /// The text is empty or has more bytes than fit into a QR code.
    case textTooLong(most: Int)
    /// The file has more bytes than ``GrayPicture/fileBytesMax``.
    case fileTooLarge(bytes: Int)
    /// The picture has more pixels than ``GrayPicture/pixelsMax``.
    case tooManyPixels(width: Int, height: Int)
    /// The bytes are not a readable PNG picture.
    case notAPicture(reason: String)
    /// The code's bytes are not UTF-8: another encoding, or not text.
    case notUTF8
    /// Looking for codes takes longer than was allowed.
    case tooSlow(limit: Duration)
    /// The library failed: there is no memory left.
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
        case .notAPicture(let reason): "This is not a PNG picture (\(reason)); save it as PNG."
        case .notUTF8: "The code's text is not UTF-8; its issuer has to encode it as UTF-8."
        case .tooSlow(let limit):
            "No code was found within \(limit.components.seconds) s; cut out the part of the picture that shows it."
        case .libraryFailed(let library): "\(library) failed; try again when memory is free."
        }
    }
}
