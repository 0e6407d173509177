using System.Text.Json;

namespace Engagement.Engine.Api;

/// <summary>What a published message is called and which offer it speaks of: the event stream's <c>event</c> and <c>id</c>.</summary>
internal readonly record struct MessageHead(string Kind, string? Id)
{
    /// <summary>Reads the members <c>kind</c> and <c>offer</c> or <c>id</c> of the outermost object; <c>message</c> where there is no kind.</summary>
    public static MessageHead Read(ReadOnlySpan<byte> message)
    {
        var (kind, id) = ("message", (string?)null);
        var reader = new Utf8JsonReader(message);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var (isKind, isId) = (reader.ValueTextEquals("kind"u8) || reader.ValueTextEquals("type"u8), reader.ValueTextEquals("offer"u8) || reader.ValueTextEquals("id"u8));
            reader.Read();
            if (isKind && reader.TokenType == JsonTokenType.String) kind = reader.GetString()!;
            else if (isId && reader.TokenType == JsonTokenType.String) id = reader.GetString();
            else reader.Skip();
        }
        return new MessageHead(kind, id);
    }
}

/// <summary>
/// Drops what one stream has sent before, by kind and offer: what is open is read after subscribing, so the same may come both ways. Thread-safe.
/// </summary>
internal sealed class SeenMessages
{
    /// <summary>Doubles come close together; beyond this the oldest is forgotten.</summary>
    private const int RememberedMax = 1_024;

    private readonly HashSet<MessageHead> _seen = [];
    private readonly Queue<MessageHead> _order = new();
    private readonly Lock _gate = new();

    /// <summary>False when it was sent before. What waits for an agent again begins anew: it may be claimed again, and end again.</summary>
    public bool Add(MessageHead head)
    {
        lock (_gate)
        {
            if (head.Kind is "queued" or "waiting") return _seen.RemoveWhere(s => s.Id == head.Id && s.Kind == "claimed") >= 0;
            if (head.Kind is "question" or "presence") return true;
            if (!_seen.Add(head)) return false;
            _order.Enqueue(head);
            if (_order.Count > RememberedMax) _seen.Remove(_order.Dequeue());
            return true;
        }
    }
}
