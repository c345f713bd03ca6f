import CZBar
import Dispatch
import RelayDomain
import Synchronization

/// Reads codes from pictures, as a terminal's scanner does from a phone's display.
public enum CodeScanner {
    /// One code found in a picture. Its text is a secret: it prints as dots.
    public struct Code: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
        /// The code's kind.
        public let symbology: Symbology
        /// The code's text. It may be a payment code: never log it.
        public let text: String

        public init(symbology: Symbology, text: String) {
            self.symbology = symbology
            self.text = text
        }

        public var description: String { "\(symbology.rawValue) •••" }
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// The most codes that are returned for one picture.
    public static let codesMax = 16
    /// Pixels of white around a picture that shows a code up to its edge.
    private static let margin = 40

    /// How many searches beyond their limit may still be running: the library cannot be stopped.
    private static let leftMax = 2
    private static let left = DispatchSemaphore(value: leftMax)

    /// All codes of the symbologies that the relay supports, also light on dark. Their texts are exactly their bytes,
    /// as UTF-8.
    /// - Parameter limit: how long the caller waits. The library's work grows with the third power of the number of
    ///   patterns that look like a QR code's corner, so a picture full of them keeps it busy without end; at most two
    ///   such searches continue in the background.
    /// - Throws: ``CodePictureError/libraryFailed(_:)``, ``CodePictureError/notUTF8`` if all codes there have other
    ///   bytes, ``CodePictureError/tooSlow(limit:)``. A picture without a code is not an error.
    public static func codes(
        in picture: GrayPicture, within limit: Duration = .seconds(10)
    ) throws(CodePictureError) -> [Code] {
        let deadline = DispatchTime.now() + .milliseconds(Int(limit / .milliseconds(1)))
        guard left.wait(timeout: deadline) == .success else { throw .tooSlow(limit: limit) }
        let search = Search()
        DispatchQueue.global().async {
            search.end(with: Result { () throws(CodePictureError) in try Self.search(picture) })
            left.signal()
        }
        guard let result = search.result(until: deadline) else { throw .tooSlow(limit: limit) }
        return try result.get()
    }

    private static func search(_ picture: GrayPicture) throws(CodePictureError) -> [Code] {
        let found = try scan(picture)
        guard found.isEmpty, let spacious = picture.withMargin(margin) else { return found }
        return try scan(spacious)  // A screenshot may lack the quiet zone.
    }

    private static func scan(_ picture: GrayPicture) throws(CodePictureError) -> [Code] {
        guard let scanner = zbar_image_scanner_create(), let image = zbar_image_create() else {
            throw .libraryFailed("libzbar")
        }
        defer {
            zbar_image_destroy(image)
            zbar_image_scanner_destroy(scanner)
        }
        // Only supported symbologies, because each additional one causes wrong readings.
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0)
        for symbology in [ZBAR_QRCODE, ZBAR_CODE128, ZBAR_EAN13] {
            zbar_image_scanner_set_config(scanner, symbology, ZBAR_CFG_ENABLE, 1)
        }
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_TEST_INVERTED, 1)
        // Otherwise the library guesses an encoding: UTF-8 without an ECI comes out as Big5 or Shift-JIS.
        zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1)
        zbar_image_set_format(image, y800)
        zbar_image_set_size(image, UInt32(picture.width), UInt32(picture.height))
        let (codes, isOtherThere) = picture.pixels.withUnsafeBytes { pixels in
            zbar_image_set_data(image, pixels.baseAddress, UInt(pixels.count), nil)
            var (codes, isOtherThere) = ([Code](), false)
            guard zbar_scan_image(scanner, image) > 0 else { return (codes, isOtherThere) }
            var symbol = zbar_image_first_symbol(image)
            while let current = symbol, codes.count < codesMax {
                if let code = Code(current) {
                    if !codes.contains(code) { codes.append(code) }
                } else {
                    isOtherThere = true
                }
                symbol = zbar_symbol_next(current)
            }
            return (codes, isOtherThere)
        }
        guard !codes.isEmpty || !isOtherThere else { throw .notUTF8 }
        return codes
    }

    /// The four letters `Y800`: one byte of gray a pixel.
    private static let y800 = "Y800".utf8.reversed().reduce(UInt(0)) { $0 << 8 | UInt($1) }
}

/// One search, and its waiting caller.
private final class Search: Sendable {
    private let found = Mutex<Result<[CodeScanner.Code], CodePictureError>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    func end(with result: Result<[CodeScanner.Code], CodePictureError>) {
        found.withLock { $0 = result }
        isDone.signal()
    }

    /// - Returns: nil if it has not ended by then.
    func result(until deadline: DispatchTime) -> Result<[CodeScanner.Code], CodePictureError>? {
        isDone.wait(timeout: deadline) == .success ? found.withLock { $0 } : nil
    }
}

extension CodeScanner.Code {
    fileprivate init?(_ symbol: OpaquePointer) {
        switch zbar_symbol_get_type(symbol) {
        case ZBAR_QRCODE: symbology = .qr
        case ZBAR_CODE128: symbology = .code128
        case ZBAR_EAN13: symbology = .ean13
        default: return nil
        }
        guard let data = zbar_symbol_get_data(symbol) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(zbar_symbol_get_data_length(symbol)))
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else { return nil }
        self.text = text
    }
}
