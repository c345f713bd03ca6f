/// docs/errors.md: one table for each of those who meet a code.
extension Catalogue {
    var page: String {
        """
        <!-- Generated from docs/errors.yaml by `make generate`: change it there. -->
        # Error codes

        Every error says what is certain: whose fault it is (*blame*), where it was noticed (*stage*), whether anything can have
        reached the destination (*sent*), and how to try again (*retry*). Programs decide by the code and these four; the texts
        are for people.

        - [For phones](#for-phones) · [For devices](#for-devices) · [Why a transaction failed](#why-a-transaction-failed)
        - [What a person has to reconcile](#what-a-person-has-to-reconcile) · [For operators](#for-operators)

        | retry | means |
        |---|---|
        | no | do not repeat: it cannot succeed |
        | sameKey | repeat the request unchanged, under the same idempotency key (phones), command ID or scan ID (devices) |
        | newKey | repeat the request under a new key |
        | newCode | get a new one-time code from the customer's application, and submit it under a new key |

        ## For phones

        Sent as problem documents (RFC 9457); see [openapi.yaml](openapi.yaml). A refused request creates no transaction and does not use
        the key up.

        | status | code | what happened | what to do | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(forPhones.sorted { ($0.status?.number ?? 0) < ($1.status?.number ?? 0) }) { entry in
            ["\(entry.status?.number ?? 0)", "`\(entry.code)`", entry.means, entry.phone ?? ""] + entry.four
        })

        ## For devices

        Sent in error frames; see [devices.md](devices.md#errors). *itself* means `terminal` or `pos`, according to the device.

        | code | what happened | what to do | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|
        \(rows(forDevices) { ["`\($0.code)`", $0.means, $0.device ?? ""] + $0.toDevice })

        ## Why a transaction failed

        The `reason` of the outcome `failed`: nothing reached the destination. The key keeps this outcome. The code or membership ID may
        be submitted again under another key, unless the outcome is marked: then a one-time code counts as used.

        | reason | what happened | phones | devices | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(self[.failures]) { ["`\($0.code)`", $0.means, $0.phone ?? "", $0.device ?? ""] + $0.four })

        ## What a person has to reconcile

        The marks in `reconcile`. A mark does not change the transaction's state or outcome.

        | mark | what happened | phones | devices | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(self[.marks]) { ["`\($0.code)`", $0.means, $0.phone ?? "", $0.device ?? ""] + $0.four })

        ## For operators

        Refusals are counted by code. What to do about each:

        | code | what to do |
        |---|---|
        \(rows(self[.refusals] + self[.http] + self[.session]) { ["`\($0.code)`", $0.operator] })

        What to do about a failed or marked transaction:

        | reason or mark | what to do |
        |---|---|
        \(rows(self[.failures] + self[.marks]) { ["`\($0.code)`", $0.operator] })

        """
    }

    private func rows(_ entries: [Entry], _ cells: (Entry) -> [String]) -> String {
        entries.map { "| \(cells($0).joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}

extension Catalogue.Entry {
    fileprivate var four: [String] { [blame, stage, sent, retry.words] }

    /// The four as a device reads them.
    fileprivate var toDevice: [String] {
        let isDevices = ["phone", "terminal", "pos"].contains(blame)
        return [isDevices ? "itself" : blame, stage == "ingress" ? "gateway" : stage, sent, retry.words]
    }
}

extension Catalogue.Retry {
    fileprivate var words: String {
        switch self {
        case .no: "no"
        case .newKey: "newKey"
        case .newCode: "newCode"
        case .sameKey(let seconds): "sameKey after \(seconds) s"
        }
    }
}
