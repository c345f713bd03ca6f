import RelayDomain

extension HopStamp {
    /// The latest time that a stamp can name, in milliseconds since 1970.
    private static let latest: Int64 = (1 << 48) - 1

    /// Reads ``packed``.
    /// - Returns: nil for a hop or an act that this build does not know: a newer peer's stamp is no reason to refuse.
    init?(packed: UInt64) {
        guard let hop = Hop(wire: .init(rawValue: Int(packed >> 8 & 0xFF)) ?? .unspecified),
            let act = Act(wire: .init(rawValue: Int(packed & 0xFF)) ?? .unspecified)
        else { return nil }
        self.init(hop, act, at: Instant(milliseconds: Int64(packed >> 16)))
    }

    /// The stamp as one number (`words.proto`). A time that it cannot name is the nearest that it can.
    var packed: UInt64 {
        UInt64(min(max(at.milliseconds, 0), Self.latest)) << 16 | UInt64(hop.wire.rawValue) << 8
            | UInt64(act.wire.rawValue)
    }

    /// At most ``Transaction/hopStampsMax`` are read.
    static func all(_ packed: [UInt64]) -> [HopStamp] {
        packed.prefix(Transaction.hopStampsMax).compactMap(HopStamp.init(packed:))
    }
}

extension Hop {
    init?(wire: Baton_V1_Hop) {
        switch wire {
        case .phone: self = .phone
        case .ingress: self = .ingress
        case .router: self = .router
        case .gateway: self = .gateway
        case .device: self = .device
        case .adapter: self = .adapter
        case .destination: self = .destination
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    var wire: Baton_V1_Hop {
        switch self {
        case .phone: .phone
        case .ingress: .ingress
        case .router: .router
        case .gateway: .gateway
        case .device: .device
        case .adapter: .adapter
        case .destination: .destination
        }
    }
}

extension HopStamp.Act {
    init?(wire: Baton_V1_Act) {
        switch wire {
        case .received: self = .received
        case .accepted: self = .accepted
        case .commanded: self = .commanded
        case .acknowledged: self = .acknowledged
        case .submitted: self = .submitted
        case .entered: self = .entered
        case .authorized: self = .authorized
        case .forwarded: self = .forwarded
        case .answered: self = .answered
        case .concluded: self = .concluded
        case .cancelRequested: self = .cancelRequested
        case .inquired: self = .inquired
        case .reversalRequested: self = .reversalRequested
        case .refused: self = .refused
        case .uncertain: self = .uncertain
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    var wire: Baton_V1_Act {
        switch self {
        case .received: .received
        case .accepted: .accepted
        case .commanded: .commanded
        case .acknowledged: .acknowledged
        case .submitted: .submitted
        case .entered: .entered
        case .authorized: .authorized
        case .forwarded: .forwarded
        case .answered: .answered
        case .concluded: .concluded
        case .cancelRequested: .cancelRequested
        case .inquired: .inquired
        case .reversalRequested: .reversalRequested
        case .refused: .refused
        case .uncertain: .uncertain
        }
    }
}
