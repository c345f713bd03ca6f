import Foundation
import Testing

@testable import Baton

/// What `baton up` quotes of a process that has ended.
@Suite(.timeLimit(.minutes(2))) struct ProcessLogTests {
    /// What is quoted of a process that says this in one run, after what an earlier one said.
    private func words(of text: String, after earlier: String = "") throws -> String? {
        try withFolder { folder in
            try earlier.write(toFile: "\(folder)/router.log", atomically: true, encoding: .utf8)
            let log = try ProcessLog("router", in: folder)
            try log.file.write(contentsOf: Data(text.utf8))
            return log.lastWords
        }
    }

    @Test func theLastLineBesideItsRecords() throws {
        let text = "baton-router: BATON_X is not a setting\n{\"message\":\"ended\"}\n"
        #expect(try words(of: text) == "baton-router: BATON_X is not a setting")
        #expect(try words(of: "{\"message\":\"ended\"}\n") == nil)
    }

    @Test func anAssertionThatFailedComesBeforeWhatFollowsIt() throws {
        let text = "Router/RouterCore.swift:42: Fatal error: two writers\n\nThread 3 crashed:\n\n0 [ra] 0x00007f01\n"
        #expect(try words(of: text) == "Router/RouterCore.swift:42: Fatal error: two writers")
    }

    @Test func itBeginsAtTheBeginningOfALine() throws {
        let record = "{\"message\":\"\(String(repeating: "x", count: 1_000))\"}\n"
        let text = String(repeating: record, count: 200)
        #expect(try words(of: text) == nil, "the end of a record is no line of its own")
        #expect(try words(of: text + "it ends\n") == "it ends")
    }

    @Test func whatAnEarlierRunSaidIsNotQuoted() throws {
        #expect(try words(of: "{}\n", after: "x: Fatal error: long ago\n") == nil)
    }
}
