import Foundation
import Testing

@testable import ServiceRuntime

/// Whoever looks for a process finds its addresses whole, or nothing.
@Suite(.timeLimit(.minutes(2))) struct AnnouncementTests {
    private func announcement(port: Int, pid: Int32 = getpid()) -> Announcement {
        Announcement(
            service: "baton-ingress", name: "ingress", pid: pid, worker: pid, startedAt: Timestamp.now.description,
            admin: "127.0.0.1:1", addresses: ["http": "127.0.0.1:\(port)"])
    }

    @Test func whatIsWrittenIsRead() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            #expect(try Announcement.read(home: home, name: "ingress") == nil)
            let written = announcement(port: 2)
            try written.write(to: home)
            #expect(try Announcement.read(home: home, name: "ingress") == written)
        }
    }

    @Test func aReaderNeverSeesHalfOfOne() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            try announcement(port: 0).write(to: home)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { for port in 0..<300 { try announcement(port: port).write(to: home) } }
                tasks.addTask {
                    for _ in 0..<300 { try #require(try Announcement.read(home: home, name: "ingress") != nil) }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func onlyTheOwnAnnouncementIsRemoved() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            let mine = announcement(port: 1)
            let successor = announcement(port: 2, pid: 1)
            try successor.write(to: home)
            mine.remove(from: home)
            #expect(try Announcement.read(home: home, name: "ingress") == successor)
            successor.remove(from: home)
            #expect(try Announcement.read(home: home, name: "ingress") == nil)
        }
    }

    @Test func theWaitIsForTheProcessThatWasMeant() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            try announcement(port: 1, pid: 1).write(to: home)  // left behind by a crash
            async let found = Announcement.wait(home: home, name: "ingress", pid: getpid(), within: .seconds(20))
            try announcement(port: 2).write(to: home)
            #expect(try await found.addresses == ["http": "127.0.0.1:2"])
        }
    }

    @Test func theWaitEndsWithALineThatNamesTheFile() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            let error = await #expect(throws: RuntimeError.self) {
                try await Announcement.wait(home: home, name: "router", within: .milliseconds(30))
            }
            #expect(error?.line.contains("run/router.json: did not appear within 30ms") == true)
        }
    }

    @Test func whatIsNoAnnouncementIsNamed() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            try Data("{".utf8).write(to: URL(fileURLWithPath: home.run + "/router.json"))
            #expect(throws: RuntimeError.self) { try Announcement.read(home: home, name: "router") }
        }
    }
}
