namespace Engagement.Core;

/// <summary>
/// Every limit of the engine, with its unit in its name and its reason beside it. What happens at a limit is part of the reason. Relations
/// between limits are held by <c>LimitsTests</c>.
/// </summary>
public static class Limits
{
    // Sessions (promise 1: session-scoped).

    /// <summary>A session ends after so long without an event; heartbeats do not count. The field's usual value.</summary>
    public static readonly TimeSpan SessionGap = TimeSpan.FromMinutes(30);

    /// <summary>A session ends so long after its first event, whatever still comes; the next event opens a new one.</summary>
    public static readonly TimeSpan SessionDurationMax = TimeSpan.FromHours(2);

    /// <summary>A session ends with this many events; the next opens a new one. Bounds memory and the cost of a rebuild.</summary>
    public const int SessionEventsMax = 500;

    /// <summary>A sender's clock is believed so far behind the collector's: an offline queue of a phone is sent late. Earlier is clamped.</summary>
    public static readonly TimeSpan OccurredBehindMax = TimeSpan.FromHours(1);

    /// <summary>A sender's clock is believed so far ahead of the collector's: network and clock error. Later is clamped.</summary>
    public static readonly TimeSpan OccurredAheadMax = TimeSpan.FromSeconds(5);

    /// <summary>How far a partition's log time must have passed a timer's due time before it fires: collectors' clocks may differ by this much.</summary>
    public static readonly TimeSpan WatermarkGrace = TimeSpan.FromSeconds(2);

    /// <summary>An offer needs a sign of presence no older than this; else blocker <c>Stale</c>.</summary>
    public static readonly TimeSpan PresenceAgeMax = TimeSpan.FromSeconds(15);

    /// <summary>
    /// An event that reached the collector later than this after it occurred is no sign of presence: a queue was flushed, nobody need be there. Less is
    /// taken for a wrong clock.
    /// </summary>
    public static readonly TimeSpan PresenceDelayMax = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Left for good so long after <c>page_left</c> without another sign: then an open offer is withdrawn. Long enough for the next page to load, or
    /// for another tab's heartbeat.
    /// </summary>
    public static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(15);

    /// <summary>All state of one session, evidence included. At the limit the oldest evidence gives way; counters go on.</summary>
    public const int SessionStateBytesMax = 16 * 1024;

    /// <summary>Live sessions of one partition that hold a drawn row for training in any case: 32 KiB. A site that has fewer at a time needs every one.</summary>
    public const int DrawnRowsMin = 128;

    /// <summary>Beyond them one live session in so many holds a row, so that a session stays under 1 KiB: a site with so many learns from a part of them.</summary>
    public const int DrawnRowsShare = 64;

    // Events.

    /// <summary>One event as JSON. Larger: rejected with <c>event_too_large</c>. Segment's documented bound.</summary>
    public const int EventBytesMax = 32 * 1024;

    /// <summary>One record of the log: an event, what the collector adds, and what masking may lengthen. Longer: rejected as <c>event_too_large</c>.</summary>
    public const int RecordBytesMax = 2 * EventBytesMax;

    /// <summary>Nesting of one event's JSON. Deeper: rejected with <c>too_deep</c>.</summary>
    public const int EventDepthMax = 16;

    /// <summary>One request's body after decompression. Larger: 413.</summary>
    public const int RequestBytesMax = 1024 * 1024;

    /// <summary>Events in one request. More: 413.</summary>
    public const int RequestEventsMax = 2_500;

    public const int SiteIdBytesMax = 64;
    public const int VisitorIdBytesMax = 256;
    public const int EventIdBytesMax = 128;
    public const int UrlBytesMax = 2_048;
    public const int TitleBytesMax = 512;
    public const int QueryBytesMax = 512;
    public const int ProductIdBytesMax = 128;
    public const int NameBytesMax = 256;

    /// <summary>
    /// Page views that one visitor cannot make in <see cref="HumanPaceWindow"/>: two dozen a second, sustained. Even a hundred tabs that a browser opens again
    /// at its start stay below. More: what comes of her is set apart as no human's.
    /// </summary>
    public const int HumanPageViewsMax = 120;

    /// <summary>How long the pace of <see cref="HumanPageViewsMax"/> is looked at, by the times at which the page views occurred.</summary>
    public static readonly TimeSpan HumanPaceWindow = TimeSpan.FromSeconds(5);

    /// <summary>What came of a visitor who was no human is set apart for so long: no session is longer.</summary>
    public static readonly TimeSpan NotHumanFor = SessionDurationMax;

    /// <summary>
    /// Visitors, and addresses, whose budgets one collector holds at a time: some 64 MiB each at the most. Beyond it those who are not seen yet are let in
    /// without one; the key's own budget holds them.
    /// </summary>
    public const int BudgetsMax = 500_000;

    /// <summary>User agents that one collector remembers by their hash; beyond it it begins anew. A site meets some thousands in a day.</summary>
    public const int UserAgentsMax = 8_192;

    /// <summary>Of a user agent this much is looked at: bots that say who they are say it early.</summary>
    public const int UserAgentCharsMax = 1_024;

    /// <summary>Of a rejected event this much is kept, masked.</summary>
    public const int RejectPayloadBytesMax = 4 * 1024;

    /// <summary>A rejected event as it came is kept, sealed, up to this: no event that could be accepted is longer. Longer: <c>too_large</c>, and not kept.</summary>
    public const int RejectOriginalBytesMax = EventBytesMax;

    /// <summary>
    /// Originals of one request, together: what its events share is kept with each, and a request must not become many times itself in the log. More: <c>too_many</c>, and
    /// not kept.
    /// </summary>
    public const int RejectOriginalsBytesMax = RequestBytesMax;

    /// <summary>How long a sender waits for the keys under which its rejected events are sealed. Longer: <c>no_key</c>, and the rejects are kept without originals.</summary>
    public static readonly TimeSpan RejectKeyWaitMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Rejects that one call sends again, at most; a page of them unless it says fewer.</summary>
    public const int ResendMax = 500;

    /// <summary>Whoever sends a reject again has it so long for itself: far above the time that an append may take.</summary>
    public static readonly TimeSpan ResendHoldMax = TimeSpan.FromSeconds(30);

    // Evidence kept in a session for the card.

    /// <summary>Of one query, title or product name this much is kept as evidence; the rest is cut at a character's edge.</summary>
    public const int EvidenceTextBytesMax = 120;

    /// <summary>Earlier queries that a new one is compared with.</summary>
    public const int QueriesCompared = 8;

    /// <summary>Distinct products or articles whose visits are counted one by one.</summary>
    public const int ItemsTracked = 64;

    /// <summary>Evidence of each kind on a card: an agent reads it in five seconds.</summary>
    public const int CardEvidenceMax = 8;

    // Offers (promise 3).

    /// <summary>How long an offer holds an agent's slot unless the site says otherwise (10 s to 5 min).</summary>
    public static readonly TimeSpan LeaseDefault = TimeSpan.FromSeconds(45);

    /// <summary>An accepted card that nobody claimed goes on to the next agent.</summary>
    public static readonly TimeSpan ClaimNextAfter = TimeSpan.FromSeconds(20);

    /// <summary>An accepted card that nobody claimed is given up, and the visitor is told.</summary>
    public static readonly TimeSpan ClaimGiveUpAfter = TimeSpan.FromSeconds(60);

    /// <summary>A conversation that nobody ended frees its slot after so long.</summary>
    public static readonly TimeSpan ConversationMax = TimeSpan.FromHours(4);

    /// <summary>A conversation whose agent disappears goes back to the queue so often: twice let down is told plainly.</summary>
    public const int ComeBacksMax = 1;

    /// <summary>Skills, and languages, that one agent may declare. More: 400.</summary>
    public const int AgentSkillsMax = 16;

    /// <summary>A skill's code, a language's tag.</summary>
    public const int SkillCharactersMax = 32;

    /// <summary>A note beside an agent's wrap-up: for colleagues, never for training.</summary>
    public const int WrapUpNoteCharactersMax = 500;

    /// <summary>A question that was left: what a form takes.</summary>
    public const int QuestionCharactersMax = 2_000;

    /// <summary>Where to answer a question that was left: the longest address that mail allows.</summary>
    public const int ReplyAddressCharactersMax = 254;

    /// <summary>Questions of one visitor that wait at once. More: 409.</summary>
    public const int QuestionsPerVisitorMax = 5;

    /// <summary>Questions of one site that wait at once, and that one list shows. More: refused with <c>too_many_questions</c>.</summary>
    public const int QuestionsPerSiteMax = 1_000;

    /// <summary>A question that nobody answered is forgotten so long after it was left: over a weekend. The visitor is told this.</summary>
    public static readonly TimeSpan QuestionRetention = TimeSpan.FromHours(72);

    /// <summary>An agent who takes a question has it so long; then it is anybody's again.</summary>
    public static readonly TimeSpan QuestionHoldMax = TimeSpan.FromMinutes(30);

    /// <summary>One message of a conversation, in UTF-16 characters. Longer: refused with <c>text</c> at fault, never cut: a person's words are hers.</summary>
    public const int MessageCharactersMax = 2_000;

    /// <summary>Messages of one conversation: four hours at two a minute. More: refused with <c>conversation_full</c>; what already stands stays.</summary>
    public const int ConversationMessagesMax = 500;

    /// <summary>A client's own id of a message, by which a repeated sending is known.</summary>
    public const int MessageIdCharactersMax = 64;

    /// <summary>That one of the two is writing is told at most so often by one connection; a page lets it stand for three times as long.</summary>
    public static readonly TimeSpan WritingSignPause = TimeSpan.FromSeconds(2);

    /// <summary>Conversations that one connection follows at once: an agent's desk. More: refused with <c>too_many_conversations</c>.</summary>
    public const int ConversationsFollowedMax = 64;

    /// <summary>What was said in a conversation is forgotten so long after its end: as a session is that heard nothing more.</summary>
    public static readonly TimeSpan TranscriptRetention = SessionGap;

    /// <summary>An offer is forgotten so long after its last change: a session that could ask for another has ended by then.</summary>
    public static readonly TimeSpan OfferRetention = TimeSpan.FromHours(4);

    /// <summary>The window of a site's cap on offers.</summary>
    public static readonly TimeSpan OfferCapWindow = TimeSpan.FromHours(1);

    /// <summary>Offers in one session: one, and one more where the first was withdrawn or lapsed unseen.</summary>
    public const int OffersPerSessionMax = 2;

    /// <summary>An agent's presence lapses so long after its last heartbeat.</summary>
    public static readonly TimeSpan AgentPresenceTtl = TimeSpan.FromSeconds(30);

    /// <summary>That a page of a visitor is open is believed so long after its node last said so; said again every third of it.</summary>
    public static readonly TimeSpan PagePresenceTtl = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A shared store forgets an assessment so long after it was written: its session has ended by then, and whoever should have said so was away.
    /// </summary>
    public static readonly TimeSpan AssessmentRetention = SessionGap + TimeSpan.FromMinutes(5);

    /// <summary>
    /// A shared store forgets a partition's epoch and checkpoint so long after the last commit: longer than any event log is kept, so that nothing
    /// is lost with them.
    /// </summary>
    public static readonly TimeSpan CheckpointRetention = TimeSpan.FromDays(30);

    /// <summary>
    /// Messages of one subscription that may wait for a slow subscriber. More: the oldest are dropped (logged); what is stored is read instead.
    /// </summary>
    public const int SubscriptionQueueMax = 4_096;

    /// <summary>Effects of one site in one atomic write of a shared store: bounds how long it serves nobody else, to some milliseconds.</summary>
    public const int SiteEffectsMax = 256;

    /// <summary>Visitors whose open pages are asked for in one question of a worker that catches up.</summary>
    public const int PagesAskedMax = 1024;

    /// <summary>Visitors' pages in one script of a shared store, as with assessments.</summary>
    public const int PagesPerScriptMax = 128;

    /// <summary>Assessments in one write of a shared store: bounds how long it serves nobody else, to some hundred microseconds.</summary>
    public const int AssessmentsPerWriteMax = 64;

    /// <summary>Conversations and open offers that one agent may hold at once. More: 400.</summary>
    public const int AgentCapacityMax = 100_000;

    /// <summary>
    /// A visitor who waits for an agent is asked about again, when one becomes free, for so long after her last sign of presence. An open page
    /// sends one every 10 s; beyond this she has gone, and every agent who comes back would decide about everyone who was ever there.
    /// </summary>
    public static readonly TimeSpan WaitingPresenceMax = TimeSpan.FromMinutes(2);

    // Stillness.

    /// <summary>After so long without an event the session is decided again, once per silence: stillness is a signal.</summary>
    public static readonly TimeSpan StillnessFirst = TimeSpan.FromSeconds(45);

    /// <summary>And once more after so long.</summary>
    public static readonly TimeSpan StillnessSecond = TimeSpan.FromSeconds(120);

    // Models.

    /// <summary>One model file. Larger: refused with <c>too_large</c>. The released ones are under 0.5 MB.</summary>
    public const int ModelBytesMax = 16 * 1024 * 1024;

    /// <summary>Trees of one model: scoring stays within some 10 µs. More: refused.</summary>
    public const int ModelTreesMax = 2_000;

    /// <summary>Nodes of one model. More: refused.</summary>
    public const int ModelNodesMax = 262_144;

    /// <summary>Depth of a tree: bounds the attribution's recursion. Deeper: refused.</summary>
    public const int ModelDepthMax = 32;

    /// <summary>Features of a row: bounds the stack that scoring takes (8 bytes each).</summary>
    public const int ModelFeaturesMax = 512;

    /// <summary>Rows with the trainer's own predictions that a model file carries at least.</summary>
    public const int ModelParityVectorsMin = 8;

    /// <summary>Topics of one need model: bounds the stack that reading a text takes (4 bytes each). More: refused.</summary>
    public const int NeedTopicsMax = 512;

    /// <summary>N-grams that one need model knows. More: refused.</summary>
    public const int NeedNgramsMax = 262_144;

    // The gap report.

    /// <summary>Visitors who must have asked a question in vain before it, or a word of it, is shown: the owner of a help centre sees needs, nobody's search.</summary>
    public const int GapSessionsMin = 5;

    /// <summary>Sessions with searches for help in one report and partition. More: the later ones are missing, and it says so.</summary>
    public const int GapSessionsMax = 100_000;

    /// <summary>Searches of one session in a report, and things opened from one; at the limit the oldest search gives way.</summary>
    public const int GapSearchesMax = 20;

    /// <summary>Different texts that are compared: those asked by fewest are left out first, which no five asked.</summary>
    public const int GapTextsMax = 50_000;

    /// <summary>Records of one partition that one report reads. More: it begins with the latest so many, and says so. Some seconds, well below a gateway's timeout.</summary>
    public const long GapRecordsMax = 500_000;

    // The owner's page.

    /// <summary>Hours that are counted for the owner's page, the present one included. What is older is forgotten.</summary>
    public const int TallyHours = 24;

    /// <summary>A shared store forgets a site's counts so long after the last of them.</summary>
    public static readonly TimeSpan TallyRetention = TimeSpan.FromHours(TallyHours + 2);

    /// <summary>How a partition's sessions stand is believed so long after it was said: by then the last of them has ended.</summary>
    public static readonly TimeSpan StandingMax = SessionDurationMax + SessionGap;

    // The log.

    /// <summary>Partitions of the embedded log: two a core on a laptop.</summary>
    public const int EmbeddedPartitions = 4;

    /// <summary>Partitions of each Kafka topic unless stated otherwise: so many engines can share the work. Fixed for a topic's life.</summary>
    public const int KafkaPartitions = 12;

    /// <summary>Records of one batch handed to a worker: bounds the time between two checkpoints.</summary>
    public const int BatchRecordsMax = 4_096;

    /// <summary>Bytes that may wait for the disk before appends are refused with <c>busy</c> (503 and Retry-After).</summary>
    public const int AppendQueueBytesMax = 64 * 1024 * 1024;

    // The collector's spool, where the log is another server's.

    /// <summary>
    /// Bytes of events that wait on a collector's own disk while the log is away, unless set otherwise: about an hour of 1,000 events a second. Full:
    /// 503 with <see cref="SpoolRetryAfter"/>.
    /// </summary>
    public const long SpoolBytesDefault = 1024L * 1024 * 1024;

    /// <summary>The least that a spool may be given: two of the largest requests.</summary>
    public const long SpoolBytesMin = 2 * RequestBytesMax;

    /// <summary>When to come again where the spool is full: it empties only after the log is back.</summary>
    public static readonly TimeSpan SpoolRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Records that the spool gives to the log in one append: with events of the usual size well under what a broker takes in one request.</summary>
    public const int SpoolBatchRecordsMax = 1_000;

    /// <summary>How long the log may take to answer a collector's append before the events go to the spool: far above a healthy log's time, below a sender's patience.</summary>
    public static readonly TimeSpan EventAppendMax = TimeSpan.FromSeconds(2);

    /// <summary>How long appends may wait while the last of the spool goes to the log; then they are spooled, too.</summary>
    public static readonly TimeSpan SpoolHandOverMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Retention of the event log.</summary>
    public static readonly TimeSpan RetentionDefault = TimeSpan.FromDays(7);

    /// <summary>Retention of outcome rows: a site learns from a season of its own, and they lead back to nobody.</summary>
    public static readonly TimeSpan OutcomeRetention = TimeSpan.FromDays(90);

    /// <summary>Retention of notices: longer than the longest time that an unreachable receiver is waited for.</summary>
    public static readonly TimeSpan NoticeRetention = TimeSpan.FromHours(72);

    /// <summary>Webhooks of one site.</summary>
    public const int WebhooksMax = 8;

    /// <summary>Secrets of one receiver that sign at a time: the old one, the new one and one to spare.</summary>
    public const int WebhookSecretsMax = 3;

    /// <summary>Retention of rejects.</summary>
    public static readonly TimeSpan RejectRetention = TimeSpan.FromHours(72);

    /// <summary>Live sessions of one partition that began while their predecessor was in memory, named in its checkpoint.</summary>
    public const int CheckpointSplitsMax = 4_096;

    /// <summary>
    /// Sessions in memory of one partition. Beyond it, of the oldest few the one idle for longest is closed early (counted); a rebuild then need not
    /// close the same one.
    /// </summary>
    public const int SessionsPerPartitionMax = 2_000_000;
}
