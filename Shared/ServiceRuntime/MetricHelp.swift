/// What each metric of a service counts, for those who read `/metrics` without the code. The runtime's own stand beside their figures.
enum MetricHelp {
    /// The sentence about a metric; nil if nobody has written one.
    /// - Parameter name: as it is exposed.
    static func sentence(_ name: String) -> String? { sentences[name] }

    private static let sentences = [
        // Ingress.
        "baton_ingress_answers_total": "Answers to phones, by HTTP status.",
        "baton_ingress_answer_seconds": "From a phone's request to its answer, its own wish to wait included.",

        // Router.
        "baton_router_transactions_without_outcome": "Transactions under way; their destination may be silent.",
        "baton_router_events_total": "Events made durable, by kind; look at unknown, reversing, marked.",
        "baton_router_refusals_total": "Requests that were refused, by the code of docs/errors.md.",
        "baton_router_commit_seconds": "How long the disk takes for one commit; payments wait for it.",
        "baton_router_commit_entries": "Journal entries in one commit: what arrived together.",
        "baton_router_devices_online": "Terminals and POS agents with a session.",
        "baton_router_devices_not_ready": "Devices with a session that say they cannot work now.",
        "baton_router_wall_clock_ahead_seconds":
            "What the machine's clock, which judges codes, is ahead of relay time.",
        "baton_router_wall_clock_steps_total": "How often the machine's clock was set while the router ran.",

        // Gateways.
        "baton_gateway_connections": "WebSocket connections that are open, those without a session among them.",
        "baton_gateway_sessions": "Devices that have a session at this gateway.",
        "baton_gateway_events_total": "What happened to sessions and messages at this gateway, by event.",
        "baton_gateway_closed_total": "Connections that were closed, by the reason that the device was told.",
        "baton_gateway_handshakes_refused_total": "Connections that became no WebSocket: HTTP status, late, closed.",
        "baton_gateway_messages_lost_total": "Messages that found no room: the gateway cannot keep up.",
        "baton_gateway_batch_size": "Messages of routers that were taken together.",

        // Destination adapters.
        "baton_destination_answers_total": "Answers to authorizations and inquiries, by answer.",
        "baton_destination_reversals_total": "Answers to reversals, by answer.",

        // The bus between them.
        "baton_bus_connections_total": "Connections of the bus, by endpoint and what happened to them.",
        "baton_bus_links_lost_total":
            "Links between processes that ended; silent: the other hangs, or the line is cut.",
        "baton_bus_unsent_total": "Messages that could not be handed to the bus, by why.",
        "baton_bus_refused_total": "Messages of the bus that could not be taken, by why.",
    ]
}
