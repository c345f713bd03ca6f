import CQREncode

/// Makes QR codes (ISO/IEC 18004) for a relay terminal's display or tag.
public enum QRPicture {
    /// The most bytes of text at error correction M, version 40.
    public static let textBytesMax = 2_331
    /// White modules around the code.
    private static let quietZone = 4

    /// A picture of a text.
    /// - Parameter module: the side of one module in pixels, from 1 to 20.
    /// - Throws: ``CodePictureError/textTooLong(most:)``, ``CodePictureError/libraryFailed(_:)``.
    public static func picture(of text: String, module: Int = 8) throws(CodePictureError) -> GrayPicture {
        let bytes = Array(text.utf8)
        guard (1...textBytesMax).contains(bytes.count) else { throw .textTooLong(most: textBytesMax) }
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else {
            throw .libraryFailed("libqrencode")
        }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        guard let modules = code.pointee.data else { throw .libraryFailed("libqrencode") }
        let scale = min(max(module, 1), 20)
        let width = (side + 2 * quietZone) * scale
        var pixels = [UInt8](repeating: 255, count: width * width)
        for y in 0..<side * scale {
            for x in 0..<side * scale where modules[y / scale * side + x / scale] & 1 == 1 {
                pixels[(y + quietZone * scale) * width + x + quietZone * scale] = 0
            }
        }
        guard let picture = GrayPicture(width: width, height: width, pixels: pixels) else {
            throw .libraryFailed("libqrencode")
        }
        return picture
    }
}
