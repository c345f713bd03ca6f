@testable import CodePictures

/// Draws one-dimensional barcodes for the tests, three pixels a module.
enum Barcode {
    /// Code 128 (ISO/IEC 15417), code set B.
    static func code128(_ text: String, margin: Int) -> GrayPicture {
        let values = [104] + text.utf8.map { Int($0) - 32 }
        let check = values.enumerated().reduce(0) { $0 + max($1.offset, 1) * $1.element } % 103
        let widths = (values + [check]).map { patterns[$0] }.joined() + "2331112"
        return draw(widths: widths, margin: margin)
    }

    /// EAN-13 (ISO/IEC 15420).
    static func ean13(_ text: String, margin: Int) -> GrayPicture {
        let left = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"]
        let parity = [
            "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
        ]
        let digits = text.compactMap(\.wholeNumberValue)
        var widths = "111"
        for (digit, set) in zip(digits[1...6], parity[digits[0]]) {
            widths += set == "L" ? left[digit] : String(left[digit].reversed())
        }
        widths += "11111" + digits[7...].map { left[$0] }.joined() + "111"
        return draw(widths: widths, margin: margin)
    }

    private static func draw(widths: String, margin: Int) -> GrayPicture {
        var row = [UInt8](repeating: 255, count: margin)
        var isBlack = true
        for width in widths.compactMap(\.wholeNumberValue) {
            row += [UInt8](repeating: isBlack ? 0 : 255, count: width * 3)
            isBlack.toggle()
        }
        row += [UInt8](repeating: 255, count: margin)
        return GrayPicture(width: row.count, height: 80, pixels: Array((0..<80).map { _ in row }.joined()))!
    }

    private static let patterns = """
        212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 \
        123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 \
        232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 \
        313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 \
        111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 \
        111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 \
        114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
        """.split(separator: " ").map(String.init)
}
