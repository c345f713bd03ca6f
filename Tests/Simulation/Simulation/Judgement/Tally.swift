/// How often events happened, so that a run can show that it has reached the rare ones.
public final class Tally {
    public private(set) var counts: [String: Int] = [:]

    public init() {}

    func count(_ what: String, times: Int = 1) { counts[what, default: 0] += times }

    public func add(_ others: [String: Int]) { counts.merge(others, uniquingKeysWith: +) }

    /// The events that a run of some hundred seeds has to reach; otherwise it tests less than it claims.
    public static let rare =
        ["commanded", "authorizing", "pendingCustomer", "unknown", "reversing", "ended"].map { "state \($0)" } + [
            "outcome approved", "outcome declined", "outcome reversed", "outcome handedOver yes",
            "outcome handedOver maybe",
            "outcome failed noAcknowledgement", "outcome failed noSubmission", "outcome failed deviceRefused",
            "outcome failed amountMismatch", "outcome failed notSent",
            "outcome failed canceled", "mark handedOverMaybe", "mark reversalRefused", "ID killed",
            "commit failed", "disk full", "commit done and unreported", "commit done and its writer dead",
            "power lost", "batch lost in a power failure", "batch kept in a power failure", "batch torn",
            "index lost", "index ahead of its log", "index of another log", "index built anew", "index's disk full",
            "journal not opened: its index has seen more", "journal not opened: its log lost its end",
            "turn without room in the index's tail",
            "commit of an earlier term refused", "journal taken from a router that was held up",
            "authorization not taken by the socket",
            "authorization unanswered by a hung adapter", "inquiry unanswered by a hung adapter", "message lost",
            "message repeated", "message overtaken",
            "same key again",
            "bytes brought again by a repeat", "bytes brought again by the device", "command without bytes ended",
            "refused codeInUse", "entered out of turn", "code used again that came back", "reopened",
            "reopened transaction taken over", "turn with several inputs", "commits written together",
            "submission answered before its outcome", "submission answered with its outcome", "wall clock set wrong",
            "refused overloaded", "refused notPermitted", "wait beyond its bound cut short",
            "question beyond its bound left to a person",
            "journal taken over with a wrong wall clock", "valid code refused by a wrong clock", "refused codeExpired",
            "code shown twice", "refused codeUsed", "refused deviceBusy", "refused terminalOffline",
            "refused posOffline", "refused destinationUnavailable", "refused tooLate", "gateway sessionReclaimed",
            "gateway callRelayLost", "gateway orderStale", "POS line lost in the middle of a sending",
            "customer paid cash", "sum taken back", "late answer", "sum keyed meanwhile", "question over",
            "sums differ", "authorization taken back while its customer is asked",
            "scan dropped", "scanner too late", "scanner not done", "earlier scan told",
            "terminal restarted amid a scan", "scan not taken",
            "cashier sends what stands in a POS's field", "agent restarted in the field: cleared",
            "agent restarted in the field: the cashier had sent", "agent restarted in the field: uncertain",
        ]

    /// The same of whole worlds: brief ones are too brief for them.
    public static let rarer = ["index taken by another router", "journal not opened: its index's disk is full"]

    /// The number of seeds from which on ``rare`` has to be reached.
    public static let enough: UInt64 = 200

    /// The events of ``rare``, and of ``rarer`` if the worlds were whole, that have not happened.
    public func missing(inWholeWorlds isWhole: Bool) -> [String] {
        (Self.rare + (isWhole ? Self.rarer : [])).filter { counts[$0] == nil }
    }
}
