import Foundation
import ServiceRuntime

/// A home in a temporary folder that is gone after the test.
func withTemporaryHome<Result>(_ body: (Home) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString.prefix(8))")
        .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(Home(path))
}
