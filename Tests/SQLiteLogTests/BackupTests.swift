import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// A backup is taken while a router writes; what is restored from it goes on, and hands nothing out a second time.
@Suite(.timeLimit(.minutes(2))) struct BackupTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()
    private let home: RelayFiles
    private let other: RelayFiles
    private let backup: String

    init() throws {
        folder = try Folder()
        home = RelayFiles(journals: folder.path, registry: folder.path + "/registry.sqlite")
        other = RelayFiles(journals: folder.path + "/other/journals", registry: folder.path + "/other/registry.db")
        backup = folder.path + "/backup.tar"
    }

    private func restore(at time: Instant? = nil, gap: UInt64 = 0) throws -> Restore.Summary {
        try Restore(of: backup, to: other).run(now: time ?? now, gap: gap)
    }

    private func verified(_ files: RelayFiles) throws -> AuditReport {
        var audit = try LogAudit(files.log(0))
        return try audit.run()
    }

    @Test mutating func whatWasBackedUpIsRestoredAndGoesOn() async throws {
        let (first, second, lost) = (transaction("key-1"), transaction("key-2"), transaction("key-3"))
        let journal = try #require(try claim())
        try await SQLiteRegistry(at: home.registry).write(
            try Registry(Shop(terminals: [.init(id: TerminalID("t-1")!)]), version: 7),
            by: try #require(ShopChange(basedOn: 6, name: "Mika")))
        try await journal.commit([opening(first, sequence: 1), opening(second, sequence: 2)])
        #expect(try Backup(of: home, to: backup).write(now: now).journals == 1)
        try await journal.commit([concluded(first, sequence: 3), opening(lost, sequence: 4)])

        let summary = try restore(at: now + .seconds(60))
        #expect(summary.journals == [0] && summary.made == now)
        #expect(summary.gap == Restore.gapMin + 60 * Restore.gapPerSecond)
        let restored = try #require(try LogJournal.claim(in: other.journals, journals: 1))
        #expect(restored.recovered.sequence == 2 + summary.gap)
        #expect(restored.recovered.term > journal.recovered.term + summary.gap - 1)
        #expect(Set(restored.recovered.unfinished.map(\.transaction.id)) == [first.id, second.id])
        try await restored.commit([concluded(first, sequence: 3 + summary.gap)])
        let report = try verified(other)
        #expect(report.fault == nil)
        #expect(report.events == 3 && report.transactions == 2)
        let left = try FileManager.default.contentsOfDirectory(atPath: other.journals).filter {
            $0.contains("restoring")
        }
        #expect(left.isEmpty)
        let registry = try await SQLiteRegistry(at: other.registry).load(unless: 0)
        #expect(registry?.shop.terminals.count == 1)
        #expect(registry?.version ?? 0 > 1_000, "versions that were given since are not given again")
    }

    @Test mutating func aLongerGapCanBeAskedFor() async throws {
        try await fillAndBackUp()
        #expect(try restore(gap: 900_000_000).gap == 900_000_000)
    }

    private mutating func fillAndBackUp() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction(), sequence: 1)])
        _ = try Backup(of: home, to: backup).write(now: now)
    }

    /// A long backup in many steps, and a commit between each two of them.
    @Test mutating func aBackupIsOfOneMomentThoughTheRouterWrites() async throws {
        let journal = try #require(try claim())
        var sequence: UInt64 = 0
        for _ in 0..<40 {
            var entries: [JournalEntry] = []
            for _ in 0..<600 {
                sequence += 1
                entries.append(opening(transaction("key-\(sequence)"), sequence: sequence))
            }
            try await journal.commit(entries)
        }
        var lates = (0..<1_000).map { transaction("late-\($0)", at: now + .seconds($0 < 3 ? 0 : 86_400)) }
        let samples = samples
        var steps = 0
        let written = sequence
        _ = try Backup(of: home, to: backup).write(now: now) { what, _, _ in
            guard what.hasPrefix("copying") else { return }
            steps += 1
            let late = lates.removeFirst()
            journal.begin([samples.opening(late, sequence: written + UInt64(steps))]) { _ in }
        }
        #expect(steps > 1)
        _ = try restore()
        let report = try verified(other)
        #expect(report.fault == nil)
        #expect(report.transactions >= 24_000)
    }

    @Test mutating func aBackupIsATarArchiveThatOthersCanCheck() async throws {
        try await fillAndBackUp()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "tar xf backup.tar --warning=no-timestamp -C \"$0\" && cd \"$0\" && sha256sum --quiet -c SHA256SUMS",
            "unpacked",
        ]
        process.currentDirectoryURL = URL(filePath: folder.path)
        try FileManager.default.createDirectory(atPath: folder.path + "/unpacked", withIntermediateDirectories: true)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: BackupError.exists(path: backup)) { try Backup(of: home, to: backup).write(now: now) }
    }

    @Test mutating func aHomeWithAJournalOrARouterIsNotRestoredInto() async throws {
        try await fillAndBackUp()
        #expect(throws: BackupError.homeNotEmpty(path: files.folder)) {
            try Restore(of: backup, to: home).run(now: now)
        }
        do {
            let journal = try #require(try LogJournal.claim(in: other.journals, journals: 1))
            #expect(throws: BackupError.claimed(journal: 0, folder: other.journals)) { try restore() }
            _ = journal
        }
        try FileManager.default.removeItem(atPath: other.log(0).folder)
        _ = try restore()
        #expect(throws: BackupError.homeNotEmpty(path: other.log(0).folder)) { try restore() }
    }

    /// Cut off, or one byte changed: nothing of it is put in place.
    @Test(arguments: ["cut", "changed", "other"])
    mutating func aDamagedBackupIsNotRestored(how: String) async throws {
        try await fillAndBackUp()
        var bytes = try #require(FileManager.default.contents(atPath: backup))
        switch how {
        case "cut": bytes = bytes.prefix(bytes.count - 2_048)
        case "changed": bytes[bytes.count / 2] ^= 1
        default: bytes = Data("no backup".utf8)
        }
        try bytes.write(to: URL(filePath: backup))
        #expect(throws: BackupError.self) { try restore() }
        let left = try FileManager.default.contentsOfDirectory(atPath: other.journals)
        #expect(left.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: other.registry))
    }

    /// Whatever number it looks for: none but those of the backup leave a lock's file behind.
    @Test mutating func aRouterThatStartsDuringARestoreIsAStandby() async throws {
        try await fillAndBackUp()
        var looks = 0
        _ = try Restore(of: backup, to: other).run(now: now) { _, _, _ in
            let claimed = try LogJournal.claim(in: other.journals, journals: 100)
            #expect(claimed == nil)
            looks += 1
        }
        #expect(looks > 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: other.journals)
        #expect(left.sorted() == ["0", "0.lock"])
        #expect(try LogJournal.claim(in: other.journals, journals: 1) != nil)
    }

    @Test mutating func aFileThatAppearsDuringARestoreIsNotReplaced() async throws {
        try await SQLiteRegistry(at: home.registry).write(
            try Registry(Shop(), version: 7), by: try #require(ShopChange(basedOn: 6, name: "Mika")))
        try await fillAndBackUp()
        let (place, words) = (other.log(0).folder, Data("made meanwhile".utf8))
        #expect(throws: BackupError.homeNotEmpty(path: place)) {
            _ = try Restore(of: backup, to: other).run(now: now) { what, _, _ in
                if what.hasPrefix("verifying") { try words.write(to: URL(filePath: place)) }
            }
        }
        #expect(FileManager.default.contents(atPath: place) == words)
        let left = try FileManager.default.contentsOfDirectory(atPath: other.journals).sorted()
        #expect(left == ["0", "0.lock"], "what journal 0 is cannot be seen")
        #expect(!FileManager.default.fileExists(atPath: other.registry), "all files or none")
    }

    /// SQLite would run it into the file that is put beside it.
    @Test(arguments: ["-wal", "-shm", "-journal"])
    mutating func whatIsLeftOfAnotherDatabaseIsNotRestoredBeside(suffix: String) async throws {
        try await fillAndBackUp()
        try FileManager.default.createDirectory(atPath: other.journals, withIntermediateDirectories: true)
        for leftover in [other.registry + suffix] {
            try Data([1]).write(to: URL(filePath: leftover))
            #expect(throws: BackupError.leftover(path: leftover)) { try restore() }
            try FileManager.default.removeItem(atPath: leftover)
        }
        _ = try restore()
    }

    /// A restore that was cut off left the writes of another journal beside the files that it unpacked.
    @Test mutating func whatACutOffRestoreLeftIsNotRestored() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction("key-1"), sequence: 1)])
        _ = try Backup(of: home, to: backup).write(now: now)
        try await journal.commit([opening(transaction("key-2"), sequence: 2)])
        let left = other.log(0).folder + ".restoring"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        let wal = (file as NSString).lastPathComponent + "-wal"
        try FileManager.default.copyItem(atPath: "\(files.folder)/\(wal)", toPath: "\(left)/\(wal)")
        withExtendedLifetime(journal) {}  // It removes the file when it is closed.
        let summary = try restore()
        let report = try verified(other)
        #expect(report.fault == nil && report.events == 1)
        #expect(try LogJournal.claim(in: other.journals, journals: 1)?.recovered.sequence == 1 + summary.gap)
    }

    /// What the index knows comes along: a used key is known after the restore.
    @Test mutating func whatWasUsedStaysUsed() async throws {
        let transaction = transaction()
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction, sequence: 1)])
            try await journal.commit([concluded(transaction, sequence: 2)])
        }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        _ = try Backup(of: home, to: backup).write(now: now)
        _ = try restore()
        let restored = try #require(try LogJournal.claim(in: other.journals, journals: 1))
        let recall = try await restored.recall([.key(transaction.key), .information(transaction.digest)])
        #expect(recall.keys[transaction.key]?.transaction.outcome == .approved())
        #expect(recall.information == [transaction.digest] && restored.recovered.wasRestored)
    }

    /// A hundred journals, each with some hundred segments: the list of their sums is longer than a chunk.
    @Test func aBackupOfManyFilesIsRestored() throws {
        let files = files
        try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
        let count: UInt64 = 10_000
        let archive = try TarWriter(backup, at: 0)
        try archive.add(RelayFiles.Member.label, text: BackupLabel(made: now).text)
        var sums = ""
        func add(_ file: String, _ path: String) throws {
            let name = RelayFiles.Member.journal(0, file: file).name
            sums += "\(try archive.add(name, file: path) { _, _ in })  \(name)\n"
        }
        let note = folder.path + "/note"
        for number in 1...count {
            let text = PrunedNote(last: number, to: nil, sum: String(repeating: "0", count: 64)).text
            try Data(text.utf8).write(to: URL(filePath: note))
            try add(files.segment(first: number).prunedName, note)
        }
        let hash = [UInt8](repeating: 7, count: 32)
        try Segment.make(in: files, after: LogHead(number: count, hash: hash), Standing(journal: 0, journals: 1))
        let (segment, copy) = (files.segment(first: count + 1), folder.path + "/copy.db")
        try Backup.copy(segment.path, to: copy) { _, _ in }
        try add(segment.name, copy)
        #expect(sums.utf8.count > 1 << 20)
        try archive.add(RelayFiles.Member.sums, text: sums)
        try archive.finish()
        #expect(try restore().journals == [0])
        #expect(try verified(other).fault == nil)
    }

    @Test func aFolderIsSynchronizedOrAnErrorNamesIt() throws {
        try JournalFile.synchronize(folder: folder.path)
        try JournalFile.synchronize(folder: "")
        let missing = folder.path + "/missing"
        #expect(throws: JournalError.failed(path: missing, reason: "No such file or directory")) {
            try JournalFile.synchronize(folder: missing)
        }
    }

    @Test func sizesOfAnyLengthStandInATarHeader() {
        for size: UInt64 in [0, 511, 1 << 33 - 1, 1 << 33, 1 << 40] {
            let header = TarHeader(name: "journals/0/index.db", size: size)
            #expect(TarHeader(block: header.block(at: 1_800_000_000)) == header)
        }
    }
}
