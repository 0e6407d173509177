using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>An entry as stored: its JSON, and by whom and under what id of hers a message was sent.</summary>
/// <param name="Message">Null for what is no message.</param>
internal sealed record LoggedEntry(long Seq, ConversationParty From, string? Message, byte[] Json);

/// <summary>What was said in one conversation, in order. Immutable: an offer's row holds one, so that it is taken back with its transaction.</summary>
internal sealed class ConversationLog
{
    public static readonly ConversationLog Empty = new([], ImmutableDictionary<(ConversationParty, string), long>.Empty, 0);

    private readonly ImmutableDictionary<(ConversationParty, string), long> _sent;

    private ConversationLog(ImmutableList<LoggedEntry> entries, ImmutableDictionary<(ConversationParty, string), long> sent, long last) =>
        (Entries, _sent, Last) = (entries, sent, last);

    public ImmutableList<LoggedEntry> Entries { get; }

    /// <summary>Number of the latest entry.</summary>
    public long Last { get; }

    public bool IsFull => _sent.Count >= Limits.ConversationMessagesMax;

    /// <summary>The number under which this message stands; null where it does not.</summary>
    public long? Find(ConversationParty from, string message) => _sent.TryGetValue((from, message), out var seq) ? seq : null;

    public ConversationLog With(LoggedEntry entry) =>
        new(Entries.Add(entry), entry.Message is { } message ? _sent.SetItem((entry.From, message), entry.Seq) : _sent, entry.Seq);

    public IReadOnlyList<ReadOnlyMemory<byte>> After(long seq) =>
        [.. Entries.SkipWhile(e => e.Seq <= seq).Select(e => new ReadOnlyMemory<byte>(e.Json))];
}
