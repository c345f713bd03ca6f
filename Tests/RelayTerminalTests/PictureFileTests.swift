import CodePictures
import DeviceProtocol
import Foundation
import RelayDomain
import Testing

@testable import RelayTerminal

/// A picture as a scanner.
@Suite(.timeLimit(.minutes(1)))
final class PictureFileTests {
    private let file = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString).png")

    deinit { try? FileManager.default.removeItem(at: file) }

    /// Whether a code is typed by a scanner or seen in a picture, its digest is the same.
    @Test(arguments: ["ABC123", " ABC123\r\n", "\tABC123", "]Q1ABC123"])
    func aCodeReadsAsIfItWereTyped(text: String) throws {
        try Data(QRPicture.picture(of: text).png()).write(to: file)
        let read = try PictureFile(path: file.path).read { true }
        #expect(read == (try ScannerInput(text, symbology: .qr)))
        #expect(read?.text.exposed == "ABC123")
    }

    @Test func aPictureWithoutACodeIsExplained() throws {
        try Data(QRPicture.picture(of: " ").png()).write(to: file)
        let empty = #expect(throws: ScannerFailure.self) { try PictureFile(path: self.file.path).read { true } }
        #expect(empty == .nothing)
        let white = try #require(GrayPicture(width: 64, height: 64, pixels: [UInt8](repeating: 255, count: 64 * 64)))
        try Data(white.png()).write(to: file)
        let blank = #expect(throws: ScannerFailure.self) { try PictureFile(path: self.file.path).read { true } }
        #expect(blank?.sentence.contains("sees no code") == true)
        try Data("no picture".utf8).write(to: file)
        #expect(throws: ScannerFailure.self) { try PictureFile(path: self.file.path).read { true } }
    }

    /// What was typed in its place may be a code.
    @Test func itsPathIsNotShown() {
        let failure = #expect(throws: ScannerFailure.self) { try PictureFile(path: "/99271828").read { true } }
        #expect(failure?.sentence.contains("no picture") == true)
        #expect(failure?.sentence.contains("99271828") == false)
    }

    @Test func aPictureThatNobodyWaitsForIsNotSearched() throws {
        try Data("no picture".utf8).write(to: file)
        #expect(try PictureFile(path: file.path).read { false } == nil)
    }
}
