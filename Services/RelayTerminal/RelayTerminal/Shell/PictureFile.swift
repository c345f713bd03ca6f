import CodePictures
import Foundation

/// A picture that stands in for what a camera sees.
enum PictureFile {
    enum Failure: Error, Equatable {
        /// It is absent, no regular file, larger than a picture may be, or not ours to read.
        case unreadable
        case picture(CodePictureError)
    }

    /// How long a search may take, so that the customer knows soon that the scanner sees nothing.
    private static let limit = Duration.seconds(2)

    /// The codes in a PNG file. Away from the terminal's event loop, which has the link to serve meanwhile.
    @concurrent static func codes(at path: String) async -> Result<[CodeScanner.Code], Failure> {
        guard let file = contents(of: path) else { return .failure(.unreadable) }
        do throws(CodePictureError) {
            return .success(try CodeScanner.codes(in: GrayPicture(png: file), within: limit))
        } catch {
            return .failure(.picture(error))
        }
    }

    private static func contents(of path: String) -> [UInt8]? {
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
