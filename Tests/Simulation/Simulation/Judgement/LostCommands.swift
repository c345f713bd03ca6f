import RelayDomain
import RelayTesting
import Router

/// Commands that were lost with their router: the next one finds them in the journal, without their sealed bytes.
struct LostCommands {
    /// What each journal's present router has accepted itself.
    private var accepted: Set<TransactionID> = []
    /// What it has commanded, for the first time or again.
    private var commanded: Set<TransactionID> = []
    /// The devices that surely have a session.
    private var online: Set<Device> = []

    /// Another router has a journal.
    mutating func takenOver(_ journal: UInt8) {
        accepted = accepted.filter { $0.journal != journal }
        commanded = commanded.filter { $0.journal != journal }
        online = []
    }

    /// A transaction is in the journal.
    mutating func accepted(_ id: TransactionID) { accepted.insert(id) }

    /// Whether its journal's present router has not had its bytes so far, as far as can be seen.
    func neverHadBytes(_ id: TransactionID) -> Bool { !accepted.contains(id) && !commanded.contains(id) }

    /// A journal's router has decided a turn; its outputs may not have left yet.
    /// - Parameter key: the transaction of a key.
    /// - Returns: the transactions whose command a repeat should have sent again, and what is to be counted.
    mutating func decided(
        _ inputs: [RouterInput], _ outputs: [RouterOutput], of log: MemoryLog, at now: Instant,
        key: (SubmissionKey) -> TransactionID?
    ) -> (forgotten: [TransactionID], counts: [String]) {
        var counts: [String] = []
        var sent: Set<TransactionID> = []
        for output in outputs {
            switch output {
            case .order(.command(_, let command), _):
                sent.insert(command.id.transaction)
                if log.transactions[command.id.transaction] != nil, neverHadBytes(command.id.transaction) {
                    counts.append("bytes brought again by a repeat")
                }
            case .authorize(let request, _):
                if log.transactions[request.transaction] != nil, neverHadBytes(request.transaction) {
                    counts.append("bytes brought again by the device")
                }
            case .reply, .order, .orderAdapter, .writeRegistry, .tellPast, .answered, .count, .notPermitted:
                break
            }
        }
        let forgotten = inputs.compactMap { input -> TransactionID? in
            guard case .request(.submit(let submit, _), _, _) = input, let id = key(submit.key),
                let transaction = log.transactions[id], let command = transaction.command,
                case .issued = command.state, now < command.expiresAt, online.contains(transaction.device),
                neverHadBytes(id), !sent.contains(id), !inputs.contains(where: \.isAboutDevices)
            else { return nil }
            return id
        }
        commanded.formUnion(sent)
        for case .order(.claimed(let session, _), _) in outputs { online.insert(session.device) }
        if inputs.contains(where: \.endsSessions) { online = [] }
        return (forgotten, counts)
    }
}

extension RouterInput {
    /// Whether it may end a command or a session.
    fileprivate var isAboutDevices: Bool {
        switch self {
        case .gateway, .gatewayLost, .request(.cancel, _, _): true
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .request, .requesterLost,
            .gatewayOpened, .adapterOpened, .adapter, .adapterLost, .authorizationNotTaken, .timePassed:
            false
        }
    }

    fileprivate var endsSessions: Bool {
        switch self {
        case .gatewayLost, .gateway(.sessionEnded, _, _): true
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .request, .requesterLost,
            .gatewayOpened, .gateway, .adapterOpened, .adapter, .adapterLost, .authorizationNotTaken, .timePassed:
            false
        }
    }
}
