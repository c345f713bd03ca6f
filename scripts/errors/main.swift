// Writes what is made of docs/errors.yaml; run by scripts/generate-errors in the project's folder.
import Foundation

do {
    let catalogue = try Catalogue(yaml: String(contentsOfFile: "docs/errors.yaml", encoding: .utf8))
    for (path, text) in catalogue.files { try text.write(toFile: path, atomically: true, encoding: .utf8) }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
