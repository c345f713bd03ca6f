extension TransactionStateMachine {
    /// How long the relay waits for a destination, and how often it inquires.
    public enum Limits {
        /// From the decision until a socket accepts the request; also until when an adapter may start it (`notAfter`).
        public static let handover = Duration.seconds(2)
        /// From the decision to the first answer.
        public static let destination = Duration.seconds(15)
        /// From the first `pendingCustomer` to the destination's decision.
        public static let customer = Duration.seconds(120)
        /// From the first `unknown` to the reversal.
        public static let unknown = Duration.seconds(60)

        /// The pauses between inquiries; the last one repeats.
        static let inquiries: [Duration] = [3, 3, 3, 5, 5, 5, 10].map(Duration.seconds)
        /// From the first reversal to the second; each span after it is twice the last…
        static let reversalFirst = Duration.seconds(1)
        /// …up to this one, …
        static let reversalMax = Duration.seconds(300)
        /// …for this long; …
        public static let reversalSoon = Duration.seconds(86_400)
        /// …then one each hour, until it is confirmed or a person closes it.
        static let reversalLater = Duration.seconds(3_600)
    }

    /// The schedule of repeated inquiries and reversals.
    struct Asking: Hashable, Sendable {
        private var asked = 0
        /// When the next is due; nil: none.
        private(set) var next: Instant?

        func isDue(at now: Instant) -> Bool { next.map { now >= $0 } ?? false }

        /// The first inquiry comes after the first span.
        mutating func begin(at now: Instant) {
            asked = 0
            next = now + Limits.inquiries[0]
        }

        mutating func inquired(at now: Instant) {
            asked += 1
            next = now + Limits.inquiries[min(asked, Limits.inquiries.count - 1)]
        }

        /// A reversal, or an inquiry after one, that is repeated for a day with growing spans, then hourly.
        mutating func backedOff(at now: Instant, since start: Instant) {
            let span =
                now - start >= Limits.reversalSoon
                ? Limits.reversalLater : min(Limits.reversalFirst * (1 << min(asked, 16)), Limits.reversalMax)
            asked += 1
            next = now + span
        }
    }
}
