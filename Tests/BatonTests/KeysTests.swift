import Foundation
import ServiceRuntime
import Testing

@testable import Baton
@testable import SQLiteLog

/// Under new keys no repeat and no used code of a journal is known.
@Suite(.timeLimit(.minutes(2))) struct KeysTests {
    private func withHome(_ body: (Home) throws -> Void) throws {
        try withFolder { folder in
            let home = Home(folder + "/home")
            try home.prepare()
            try body(home)
        }
    }

    private func files(_ home: Home) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: home.keys).sorted()
    }

    /// Makes journal 0, with one transaction or none.
    private func makeJournal(in home: Home, isEmpty: Bool = false) throws {
        let files = LogFiles(journals: home.journals, number: 0)
        let writer = try LogWriter(opening: files, journals: 1, .full)
        guard !isEmpty else { return }
        var standing = writer.standing
        standing.sequence = 1
        try writer.append(Batch(kind: .entries, standing: standing))
    }

    @Test func aNewRelayGetsKeys() throws {
        try withHome { (home: Home) throws in
            #expect(try Keys(home).makeIfAbsent().map(\.isNew) == [true, true])
            #expect(try Keys(home).makeIfAbsent().map(\.isNew) == [false, false])
            #expect(try files(home) == ["digest", "seal"])
        }
    }

    @Test(arguments: [["seal", "digest"], ["seal"], ["digest"]])
    func missingKeysAreNotMadeWhereAJournalHasTransactions(missing: [String]) throws {
        try withHome { (home: Home) throws in
            try Keys(home).makeIfAbsent()
            try makeJournal(in: home)
            #expect(try Keys(home).makeIfAbsent().map(\.isNew) == [false, false], "they are there")
            for name in missing {
                try FileManager.default.moveItem(atPath: "\(home.keys)/\(name)", toPath: "\(home.path)/\(name)")
            }
            let paths = missing.map { "\(home.keys)/\($0)" }
            let refused = #expect(throws: OperatorError.keysMissing(paths, journal: 0)) {
                try Keys(home).makeIfAbsent()
            }
            #expect(refused?.description.contains("\n") == false)
            #expect(refused?.description.contains("restore them") == true)
            #expect(refused?.exitCode == 70)
            #expect(throws: OperatorError.self, "wherever they would lie") {
                try Keys(home, in: home.path + "/elsewhere").makeIfAbsent()
            }
            #expect(try files(home) == ["digest", "seal"].filter { !missing.contains($0) })
        }
    }

    @Test func anEmptyJournalIsNoObstacleAndAnUnreadableOneIs() throws {
        try withHome { (home: Home) throws in
            try makeJournal(in: home, isEmpty: true)
            #expect(try Keys(home).makeIfAbsent().map(\.isNew) == [true, true])
            try FileManager.default.removeItem(atPath: home.keys + "/seal")
            try Data().write(to: URL(filePath: home.journals + "/2.db"))
            #expect(throws: (any Error).self) { try Keys(home).makeIfAbsent() }
            #expect(try files(home) == ["digest"])
        }
    }

    @Test func aStolenOrLostKeyIsReplacedByName() throws {
        try withHome { (home: Home) throws in
            let keys = Keys(home)
            try keys.makeIfAbsent()
            try makeJournal(in: home)
            let stolen = try String(contentsOfFile: home.keys + "/seal", encoding: .utf8)
            #expect(try keys.replace(.seal).old == home.keys + "/seal.old-1")
            #expect(try String(contentsOfFile: home.keys + "/seal.old-1", encoding: .utf8) == stolen)
            #expect(try String(contentsOfFile: home.keys + "/seal", encoding: .utf8) != stolen)
            #expect(try keys.replace(.seal).old == home.keys + "/seal.old-2")
            try FileManager.default.removeItem(atPath: home.keys + "/digest")
            #expect(try keys.replace(.digest).old == nil)
            #expect(try keys.makeIfAbsent().map(\.isNew) == [false, false])
        }
    }
}
