import CodePictures
import DeviceProtocol
import Foundation

/// A picture that stands in for what a camera sees: a PNG file. It prints no path, as a code may have been typed in its
/// place.
struct PictureFile: Scanner, Hashable, CustomStringConvertible, CustomReflectable {
    let path: String

    var description: String { "•••" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// How long a search may take, so that the customer knows soon that the scanner sees nothing.
    private static let limit = Duration.seconds(2)

    func read(while isWanted: () -> Bool) throws(ScannerFailure) -> ScannerInput? {
        guard let file = contents() else {
            throw ScannerFailure(sentence: "There is no picture that can be read at this path.")
        }
        guard isWanted() else { return nil }
        let codes = try Self.codes(in: file)
        guard let code = codes.first else {
            throw ScannerFailure(sentence: "The scanner sees no code in this picture; hold the phone nearer.")
        }
        guard codes.count == 1 else {
            throw ScannerFailure(sentence: "The scanner sees \(codes.count) codes; show one at a time.")
        }
        do throws(ScannerInput.Mistake) {
            return try ScannerInput(code.text, symbology: code.symbology)
        } catch {
            throw ScannerFailure(sentence: error.sentence)
        }
    }

    private static func codes(in file: [UInt8]) throws(ScannerFailure) -> [CodeScanner.Code] {
        do throws(CodePictureError) {
            return try CodeScanner.codes(in: GrayPicture(png: file), within: limit)
        } catch {
            throw ScannerFailure(sentence: "\(error)")
        }
    }

    /// Nil if it is absent, no regular file, larger than a picture may be, or not ours to read.
    private func contents() -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // A FIFO without a writer does not block.
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= GrayPicture.fileBytesMax
        else { return nil }
        return (try? file.read(upToCount: GrayPicture.fileBytesMax)).map { Array($0) }
    }
}
