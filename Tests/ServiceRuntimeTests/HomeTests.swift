import Foundation
import Testing

@testable import ServiceRuntime

/// All processes of a home meet in the same folders, which are theirs alone.
@Suite(.timeLimit(.minutes(2))) struct HomeTests {
    @Test func theFoldersAreForThisUserAlone() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            for folder in [home.path, home.run, home.journals, home.keys] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder)
                #expect(attributes[.posixPermissions] as? Int == 0o700, "\(folder)")
            }
            try home.prepare()
        }
    }

    /// A home that was made by hand, or by an earlier Baton, is closed when it is used.
    @Test func whatOthersCouldReadIsClosed() async throws {
        try await withTemporaryHome { home in
            try home.prepare()
            for folder in [home.path, home.keys] { chmod(folder, 0o755) }
            try home.prepare()
            for folder in [home.path, home.keys] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder)
                #expect(attributes[.posixPermissions] as? Int == 0o700, "\(folder)")
            }
        }
    }

    /// Somebody names a folder that is not the relay's alone: its mode is not ours to change.
    @Test func aFolderOfOthersIsNotClosed() async throws {
        try await withTemporaryHome { home in
            try FileManager.default.createDirectory(atPath: home.path + "/other", withIntermediateDirectories: true)
            chmod(home.path, 0o755)
            try home.prepare()
            let attributes = try FileManager.default.attributesOfItem(atPath: home.path)
            #expect(attributes[.posixPermissions] as? Int == 0o755)
            let keys = try FileManager.default.attributesOfItem(atPath: home.keys)
            #expect(keys[.posixPermissions] as? Int == 0o700)
        }
        try await withTemporaryHome { home in
            try FileManager.default.createDirectory(atPath: home.path + "/other", withIntermediateDirectories: true)
            chmod(home.path, 0o1777)
            let error = #expect(throws: RuntimeError.self) { try home.prepare() }
            #expect(error?.line.contains("others can write in it") == true)
        }
    }

    @Test func theSystemsOwnWordsAreFew() {
        let error = #expect(throws: RuntimeError.self) { try Home("/proc/baton").prepare() }
        #expect(
            error?.line.hasPrefix("cannot use /proc/baton: No such file or directory;") == true, "\(error?.line ?? "")")
    }

    @Test func aShortHomeKeepsItsSocketsInside() async throws {
        try await withTemporaryHome { home in
            let folder = try home.runDirectory()
            #expect(folder == home.run)
        }
    }

    @Test func aLongHomeMovesItsSocketsToOnePrivateFolder() async throws {
        try await withTemporaryHome { home in
            let long = Home(home.path + "/" + String(repeating: "x", count: 60))
            let folder = try long.runDirectory()
            defer { rmdir(folder) }
            #expect(folder.utf8.count + 1 + Home.socketNameMax <= 90)
            #expect(try Home(long.path + "/./").runDirectory() == folder)
            #expect(try Home(long.path + "y").runDirectory() != folder)
            rmdir(try Home(long.path + "y").runDirectory())
        }
    }

    @Test func aSocketFolderThatOthersMayEnterIsRefused() async throws {
        try await withTemporaryHome { home in
            let long = Home(home.path + "/" + String(repeating: "x", count: 60))
            let folder = try long.runDirectory()
            defer { rmdir(folder) }
            chmod(folder, 0o755)
            #expect(throws: RuntimeError.self) { try long.runDirectory() }
        }
    }

    @Test func aHomeThatCannotBeMadeIsNamed() {
        let error = #expect(throws: RuntimeError.self) { try Home("/proc/baton").prepare() }
        #expect(error?.line.contains("/proc/baton") == true)
        #expect(error?.line.contains("BATON_HOME") == true)
    }
}
