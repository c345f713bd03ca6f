import CodePictures
import Foundation
import ServiceRuntime

extension Tag {
    /// Reads the one tag that a picture (PNG) shows, as a phone's camera does.
    /// - Throws: ``OperatorError/noTag(path:reason:)``, ``OperatorError/file(path:reason:)``.
    static func read(picture path: String) throws(OperatorError) -> Tag {
        let bytes = try InputFile.read(path, most: GrayPicture.fileBytesMax)
        let codes: [CodeScanner.Code]
        do {
            codes = try CodeScanner.codes(in: GrayPicture(png: Array(bytes)))
        } catch {
            throw .noTag(path: path, reason: "\(error)")
        }
        let tags = Set(codes.compactMap { Tag($0.text) })
        guard let tag = tags.first else {
            throw .noTag(
                path: path,
                reason: codes.isEmpty ? "no code can be read in the picture" : "its code is no terminal's tag")
        }
        guard tags.count == 1 else {
            throw .noTag(path: path, reason: "it shows the tags of several terminals; cut one out")
        }
        return tag
    }

    /// Writes the tag's QR picture as a PNG file.
    /// - Throws: ``OperatorError/file(path:reason:)``.
    func write(picture path: String) throws(OperatorError) {
        do {
            try Data(QRPicture.picture(of: description).png()).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch let error as CodePictureError {
            throw .file(path: path, reason: "\(error)")
        } catch {
            throw .file(path: path, reason: systemReason(error))
        }
        chmod(path, 0o644)  // It will be printed, and is not secret.
    }
}
