/// The results of the journal's measurement.
struct JournalFigures: Codable, Hashable, Sendable {
    /// One size.
    struct Point: Codable, Hashable, Sendable {
        let stored: Int
        /// From acceptance to outcome, three commits of 64 transactions.
        let microsecondsEach: Double
        let cpuMicrosecondsEach: Double
        let kibWrittenEach: Double
        let gibOfFile: Double
    }

    var points: [Point] = []
    /// A router's start with all of them stored and 1,000 unfinished, until it is ready.
    var startSeconds: Double?

    /// A transaction's cost at the largest size divided by that at the smallest.
    var growth: Double? {
        guard let first = points.first, let last = points.last, points.count > 1 else { return nil }
        return last.microsecondsEach / first.microsecondsEach
    }

    var verdicts: [Verdict] {
        [
            growth.map { Verdict("cost per transaction, largest size by smallest", $0, .atMost(1.2)) },
            startSeconds.map { Verdict("a start with 1,000 unfinished transactions", $0, .atMost(2), unit: "s") },
        ].compactMap(\.self)
    }

    var text: [String] {
        var table = Table()
        table.add("transactions stored", points.map { Double($0.stored).grouped })
        table.add("µs each", points.map { $0.microsecondsEach.digits(1) })
        table.add("CPU µs each", points.map { $0.cpuMicrosecondsEach.digits(1) })
        table.add("KiB written each", points.map { $0.kibWrittenEach.digits(1) })
        table.add("GiB of file", points.map { $0.gibOfFile.digits(2) })
        var wishes = Table()
        for verdict in verdicts { wishes.add(verdict.name, verdict.found, verdict.wanted, verdict.word) }
        return table.lines + [""] + wishes.lines
    }
}
