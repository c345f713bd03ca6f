import Foundation
import SQLiteLog
import Sealing
import ServiceRuntime

/// The key files of a relay.
struct Keys {
    /// The file's name in its folder.
    enum Name: String, CaseIterable, Sendable { case seal, digest }

    let folder: String
    /// The journals of this machine, whose transactions were sealed and digested with these keys.
    let journals: RelayFiles

    /// - Parameter folder: instead of the home's.
    init(_ home: Home, in folder: String? = nil) {
        self.folder = folder ?? home.keys
        journals = RelayFiles(home)
    }

    /// Makes the missing keys. If a journal has transactions it makes none: with new keys, repeats and used codes are
    /// not recognised, and codes in progress do not open.
    /// - Returns: each file, and whether it was made.
    /// - Throws: ``OperatorError/keysMissing(_:journal:)``, `KeyFileError`; `JournalError` for a journal that cannot be
    ///   read.
    @discardableResult
    func makeIfAbsent() throws -> [(file: String, isNew: Bool)] {
        let missing = Name.allCases.map(path).filter { !FileManager.default.fileExists(atPath: $0) }
        if !missing.isEmpty, let journal = try journals.journalWithTransactions() {
            throw OperatorError.keysMissing(missing, journal: journal)
        }
        return try Name.allCases.map(path).map { ($0, try KeyFile.makeIfAbsent(URL(fileURLWithPath: $0))) }
    }

    /// Replaces a key by a new one.
    /// - Returns: the file, and where the old key is now.
    /// - Throws: `KeyFileError`.
    func replace(_ name: Name) throws -> (file: String, old: String?) {
        (path(name), try KeyFile.replace(URL(fileURLWithPath: path(name))))
    }

    private func path(_ name: Name) -> String { "\(folder)/\(name.rawValue)" }
}
