import Testing

@testable import CodePictures

@Suite(.timeLimit(.minutes(2))) struct CodePicturesTests {
    static let text = "https://pay.example/t/counter-1"

    @Test func aTagsPictureIsReadBack() throws {
        let file = try QRPicture.picture(of: Self.text).png()
        let picture = try GrayPicture(png: file)
        #expect(try CodeScanner.codes(in: picture) == [.init(symbology: .qr, text: Self.text)])
    }

    @Test func darkModeIsReadToo() throws {
        let picture = try QRPicture.picture(of: Self.text).inverted
        #expect(try CodeScanner.codes(in: picture) == [.init(symbology: .qr, text: Self.text)])
    }

    @Test(arguments: ["1", "ä€😀", String(repeating: "x", count: 2_331), "99271828182845904523"])
    func whatGoesInComesOut(text: String) throws {
        let codes = try CodeScanner.codes(in: try QRPicture.picture(of: text, module: 3))
        #expect(codes.map(\.text) == [text])
    }

    @Test func aBarcodeIsReadUpToTheEdgeOfItsPicture() throws {
        for margin in [0, 2, 40] {
            let codes = try CodeScanner.codes(in: Barcode.code128("AB-1234567", margin: margin))
            #expect(codes == [.init(symbology: .code128, text: "AB-1234567")])
        }
        let ean = try CodeScanner.codes(in: Barcode.ean13("4006381333931", margin: 40))
        #expect(ean == [.init(symbology: .ean13, text: "4006381333931")])
    }

    @Test func aPictureWithoutCodeHasNone() throws {
        let white = try #require(GrayPicture(width: 64, height: 48, pixels: [UInt8](repeating: 255, count: 64 * 48)))
        #expect(try CodeScanner.codes(in: white).isEmpty)
    }

    @Test func whatDoesNotFitIsRefused() {
        #expect(throws: CodePictureError.textTooLong(most: 2_331)) { try QRPicture.picture(of: "") }
        #expect(throws: CodePictureError.textTooLong(most: 2_331)) {
            try QRPicture.picture(of: String(repeating: "x", count: 2_332))
        }
    }

    @Test func whatIsNoPictureIsRefused() throws {
        let file = try QRPicture.picture(of: Self.text).png()
        for bytes in [[], Array("no picture".utf8), Array(file.prefix(60)), Array(file.dropLast(30))] {
            #expect(throws: CodePictureError.self) { try GrayPicture(png: bytes) }
        }
    }

    /// A few bytes can claim any size; the claim is refused before memory is taken.
    @Test func aPictureThatClaimsTooManyPixelsIsRefused() throws {
        var file = try QRPicture.picture(of: Self.text).png()
        file.replaceSubrange(16..<24, with: [0, 0, 0x50, 0, 0, 0, 0x50, 0])  // 20,480 × 20,480 in the header
        file.replaceSubrange(29..<33, with: Checksum.crc32(file[12..<29]))
        #expect(throws: CodePictureError.tooManyPixels(width: 20_480, height: 20_480)) { try GrayPicture(png: file) }
    }

    /// A QR code's corners, as many as there is room for: the library would try each three of them.
    @Test func aPictureFullOfCornersCostsABoundedTime() throws {
        let (side, pitch) = (4_000, 9)
        let corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"].map(Array.init)
        var pixels = [UInt8](repeating: 255, count: side * side)
        for y in 0..<side where y % pitch < 7 {
            for x in 0..<side where x % pitch < 7 && corner[y % pitch][x % pitch] == "1" { pixels[y * side + x] = 0 }
        }
        let picture = try #require(GrayPicture(width: side, height: side, pixels: pixels))
        let start = ContinuousClock.now
        #expect(throws: CodePictureError.tooSlow(limit: .milliseconds(500))) {
            try CodeScanner.codes(in: picture, within: .milliseconds(500))
        }
        #expect(.now - start < .seconds(30), "the caller goes on, however busy the machine is")
        #expect(try CodeScanner.codes(in: QRPicture.picture(of: Self.text)).count == 1, "and others are read meanwhile")
    }

    @Test func noCodeIsPrinted() {
        let code = CodeScanner.Code(symbology: .qr, text: "99271828182845904523")
        #expect("\(code) \(String(reflecting: code))".contains("9927") == false)
    }

    /// Broken files cost an error, never the process.
    @Test(arguments: 0..<40 as Range<UInt8>)
    func brokenFilesCostAnError(seed: UInt8) throws {
        let good = try QRPicture.picture(of: Self.text, module: 1).png()
        var (read, refused) = (0, 0)
        for step in 0..<good.count / 3 {
            var file = good
            file[(step * 3 + Int(seed)) % file.count] ^= seed | 1
            guard let picture = try? GrayPicture(png: file) else {
                refused += 1
                continue
            }
            read += 1
            let codes = try CodeScanner.codes(in: picture)
            #expect(codes.allSatisfy { $0.text == Self.text }, "a picture that is read is read right")
        }
        #expect(refused > read, "\(refused) of \(good.count / 3) broken files were refused")
    }
}

/// The check value of PNG's chunks (ISO/IEC 15948, annex D).
enum Checksum {
    static func crc32(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return withUnsafeBytes(of: (~value).bigEndian, Array.init)
    }
}
