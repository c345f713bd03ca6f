import Foundation
import Testing

@testable import CodePictures

/// Codes that others make, in the world's scripts: what stands in the code reaches the relay, letter by letter.
///
/// `qrencode` and `zint` are the makers, as Debian has them (scripts/packages).
@Suite(.timeLimit(.minutes(2))) struct ScriptTests {
    static let scripts: [String] = [
        "M-Müller-é", "Größe ÄÖÜß", "Zażółć gęślą jaźń", "Tiếng Việt", "Ελληνικά", "Привет, мир", "שלום עולם",
        "مرحبا بالعالم",
        "नमस्ते दुनिया", "வணக்கம்", "สวัสดีชาวโลก", "გამარჯობა", "你好，世界", "こんにちは日本語カナ", "안녕하세요", "12,50 €", "💳😀👩‍💻",
        "e\u{301} ist nicht \u{E9}",
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540510.005802BR5913São João Café"
            + "6009São Paulo62070503***6304ABCD",
    ]

    private func picture(by maker: String, _ arguments: [String], of text: String) throws -> GrayPicture {
        let folder = FileManager.default.temporaryDirectory.appending(path: "codes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "text"), folder.appending(path: "code.png"))
        try Data(text.utf8).write(to: input)
        try #require(
            try Self.run(maker, arguments + [maker == "zint" ? "-i" : "-r", input.path, "-o", output.path]) == 0)
        return try GrayPicture(png: Array(Data(contentsOf: output)))
    }

    /// The exit code of a program. Waited for by its number: Foundation's `Process` hangs where several are waited for
    /// at a time.
    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let words = ([program] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        var (id, status) = (pid_t(), Int32())
        let error = posix_spawnp(&id, program, nil, nil, words + [nil], nil)
        try #require(error == 0, "\(program) is missing: scripts/packages test installs it")
        while waitpid(id, &status, 0) < 0 { try #require(errno == EINTR) }
        return status
    }

    private func bytes(in picture: GrayPicture) throws -> [[UInt8]] {
        // Bytes, since Swift takes two ways of writing é for one.
        try [picture, picture.inverted].flatMap { try CodeScanner.codes(in: $0) }.map { Array($0.text.utf8) }
    }

    @Test(arguments: scripts) func qrencodesCodesAreReadAsTheyWereWritten(text: String) throws {
        let shown = try picture(by: "qrencode", ["-8"], of: text)
        #expect(try bytes(in: shown) == [Array(text.utf8), Array(text.utf8)])
    }

    /// With a word about the encoding (ECI 26: UTF-8), and without.
    @Test(arguments: scripts, ["--eci=26", "--binary"])
    func zintsCodesAreReadAsTheyWereWritten(text: String, encoding: String) throws {
        let shown = try picture(by: "zint", ["-b", "58", "--scale=2", "--quietzones", encoding], of: text)
        #expect(try bytes(in: shown) == [Array(text.utf8), Array(text.utf8)])
    }

    /// ISO 8859-1 and Shift JIS, of which the code says nothing: nobody guesses.
    @Test(arguments: ["M-Müller-é", "Größe ÄÖÜß", "こんにちは日本語", "Привет"])
    func otherEncodingsAreRefused(text: String) throws {
        let shown = try picture(by: "zint", ["-b", "58", "--scale=2", "--quietzones"], of: text)
        #expect(throws: CodePictureError.notUTF8) { try CodeScanner.codes(in: shown) }
        #expect(CodePictureError.notUTF8.description.contains("UTF-8"))
    }

    @Test func zintsBarcodesAreRead() throws {
        for (kind, text, symbology) in [("20", "AB-1234567", "code128"), ("13", "4006381333931", "ean13")] {
            let shown = try picture(by: "zint", ["-b", kind, "--scale=2", "--quietzones"], of: text)
            let codes = try CodeScanner.codes(in: shown)
            #expect(codes.map(\.text) == [text])
            #expect(codes.map(\.symbology.rawValue) == [symbology])
        }
    }
}
