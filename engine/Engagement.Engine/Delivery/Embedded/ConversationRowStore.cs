using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>Entries of conversations in the storage file; they go with their offer. Writer's connection.</summary>
internal sealed class ConversationRowStore(EmbeddedDatabase database)
{
    private readonly SqliteStatement _put = database.Prepare(
        "INSERT OR REPLACE INTO conversation_entry(offer, seq, sender, message, json) VALUES(?1, ?2, ?3, ?4, ?5)");
    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM conversation_entry WHERE offer = ?1");

    /// <summary>Of all offers, by offer and number.</summary>
    public Dictionary<string, ConversationLog> Load()
    {
        var logs = new Dictionary<string, ConversationLog>(StringComparer.Ordinal);
        using var read = new SqliteStatement(database.Handle, "SELECT offer, seq, sender, message, json FROM conversation_entry ORDER BY offer, seq");
        while (read.Step())
        {
            var offer = read.Text(0);
            var entry = new LoggedEntry(read.Int64(1), (ConversationParty)read.Int64(2), read.IsNull(3) ? null : read.Text(3), read.Blob(4).ToArray());
            logs[offer] = logs.GetValueOrDefault(offer, ConversationLog.Empty).With(entry);
        }
        return logs;
    }

    /// <summary>Entries are only ever added, or forgotten together.</summary>
    public void Write(string offer, ConversationLog before, ConversationLog after)
    {
        if (ReferenceEquals(before, after)) return;
        if (after.Entries.IsEmpty)
        {
            _delete.Bind(1, offer).Run();
            return;
        }
        foreach (var entry in after.Entries.SkipWhile(e => e.Seq <= before.Last))
            _put.Bind(1, offer).Bind(2, entry.Seq).Bind(3, (long)entry.From).Bind(4, entry.Message).Bind(5, entry.Json.AsSpan()).Run();
    }
}
