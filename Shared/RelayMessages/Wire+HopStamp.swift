import RelayDomain

extension HopStamp {
    /// - Returns: nil for a hop or an act that this build does not know: a newer peer's stamp is no reason to refuse.
    init?(wire: Baton_V1_HopStamp) {
        guard let hop = Hop(wire: wire.hop), let act = Act(wire: wire.act) else { return nil }
        self.init(hop, act, at: Instant(milliseconds: wire.at))
    }

    var wire: Baton_V1_HopStamp {
        .with {
            $0.hop = hop.wire
            $0.act = act.wire
            $0.at = at.milliseconds
        }
    }

    /// At most ``Transaction/hopStampsMax`` are read.
    static func all(_ wire: [Baton_V1_HopStamp]) -> [HopStamp] {
        wire.prefix(Transaction.hopStampsMax).compactMap(HopStamp.init(wire:))
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
