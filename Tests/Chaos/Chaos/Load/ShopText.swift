/// The shop that is registered, as `baton apply` reads it.
enum ShopText {
    static func text(terminals: [String]) -> String {
        var lines = [
            "version: 1", "destinations:", "  - {id: sandbox, kind: sandbox}", "applications:",
            "  - {id: sandbox-pay, issuer: chaos, functions: [payment], destination: sandbox}",
            "  - {id: sandbox-points, issuer: chaos, functions: [accrue], destination: sandbox}",
            "  - {id: sandbox-rewards, issuer: chaos, functions: [redeem], destination: sandbox}", "terminals:",
        ]
        lines += (terminals + Roster.terminals).map { "  - {id: \($0)}" }
        lines += Roster.pos.indices.map { "  - {id: \(Crowd.paired($0)), pairedWith: \(Roster.pos[$0])}" }
        lines += ["pos:"] + Roster.pos.map { "  - {id: \($0)}" }
        lines += [
            "scanRules:",
            #"  - {symbology: qr, length: 20, prefix: "99", application: sandbox-pay, operation: payment}"#,
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
