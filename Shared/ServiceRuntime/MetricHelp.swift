/// What each metric counts, in a sentence, by its name at `/metrics`: the HELP that operators read there.
enum MetricHelp {
    /// The sentence about a metric; nil if there is none.
    /// - Parameter name: as it is exposed.
    static func sentence(_ name: String) -> String? { sentences[name] }

    static let sentences: [String: String] = [
        "baton_bus_connections_total":
            "Connections between processes of the relay, by endpoint and what happened to them.",
        "baton_bus_links_lost_total":
            "Links between processes that ended, by reason; silent: the peer hangs, or a line is cut.",
        "baton_bus_unsent_total": "Messages that a socket did not take, by why; none of them has left.",
        "baton_bus_refused_total": "Messages that could not be taken, by why; their senders were told.",
        "baton_adapter_fields_left_out_total": "Fields of approvals that did not fit and were left out.",
        "baton_adapter_answers_total": "What this adapter answered to authorizations and inquiries.",
        "baton_adapter_reversals_total": "What this adapter answered to reversals.",
        "baton_gateway_batch_messages": "How many messages for routers crossed together.",
        "baton_gateway_connections_closed_total": "Connections of devices that were closed, by the close reason.",
        "baton_gateway_connections": "Connections of devices that stand now.",
        "baton_gateway_events_total": "What happened to connections and sessions of devices, by kind.",
        "baton_gateway_handshakes_refused_total": "Handshakes that became no WebSocket, by what they were answered.",
        "baton_gateway_messages_lost_total":
            "Messages for routers or of them that found no room; devices repeat theirs.",
        "baton_gateway_sessions": "Devices that have a session at this gateway now.",
        "baton_ingress_answer_seconds": "How long a phone's request took, from its last byte to the answer's first.",
        "baton_ingress_answers_total": "Answers to phones, by HTTP status.",
        "baton_ingress_connections":
            "Connections of phones that stand now, those that have asked for nothing yet among them.",
        "baton_ingress_connections_refused_total":
            "Connections of phones that were not taken, or made room for others, by why.",
        "baton_ingress_strangers": "Connections of phones that have not sent a whole request yet.",
        "baton_router_adapters_ready": "Adapters of a destination that take authorizations from this router now.",
        "baton_router_commit_entries": "How many transactions one commit wrote.",
        "baton_router_commit_seconds": "How long a commit took until it was on the disk.",
        "baton_router_destination_answer_seconds":
            "How long a destination took for an authorization, from its handing over to the adapter's answer.",
        "baton_router_destination_trouble":
            "1 if nobody can ask a registered destination (noAdapter), or all its adapters are in doubt (doubtful), else 0.",
        "baton_router_devices_not_ready": "Devices with a session that say that they cannot carry anything out.",
        "baton_router_devices_online": "Devices that have a session with this router now.",
        "baton_router_events_total": "Events that the journal holds since this router writes it, by kind.",
        "baton_router_journal_unindexed_events":
            "Events that are durable and that a journal's tables for lookups do not hold yet; a start reads them first.",
        "baton_router_journal_bytes":
            "Bytes of the journal's file, and of its WAL: what was committed and not moved into the file yet.",
        "baton_router_journal_writer":
            "1 if this router writes the journal. A journal without a writer takes nothing on.",
        "baton_router_journals": "How many journals the relay has, as BATON_JOURNALS says; a standby says it too.",
        "baton_router_last_backup_timestamp_seconds":
            "When `baton journal backup` was finished last, in seconds since 1970; 0: never, as far as this home knows.",
        "baton_router_refusals_total": "What was not taken on, by its code (docs/errors.md).",
        "baton_router_registry_version": "The version of the registry that counts here; all routers have the same.",
        "baton_router_transactions_without_outcome": "Transactions that are under way.",
        "baton_router_wall_clock_ahead_seconds": "By how much the wall clock is ahead of relay time.",
        "baton_router_wall_clock_steps_total": "How often the wall clock was set while the router ran.",
    ]
}
