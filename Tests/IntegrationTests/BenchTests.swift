import Testing

/// The bench with the real processes: a run that counts nothing would measure nothing.
@Suite(.timeLimit(.minutes(2))) struct BenchTests {
    @Test(arguments: ["echo", "sandbox"]) func whatIsApprovedCounts(part: String) async throws {
        let relay = try TestRelay()
        // Without the yardsticks, which are programs that a folder without any does not have.
        let run = try await relay.run(
            "baton", ["bench", "--only", part, "--seconds", "1", "--terminals", "20", "--phones", "8"],
            ["PATH": relay.home.path])
        #expect(run.code == 0 && !run.text.contains("not valid"), "\(run.text)")
        #expect(run.text.contains("ready after"), "\(run.text)")
    }
}
