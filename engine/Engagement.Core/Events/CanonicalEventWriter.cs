using System.Buffers;
using Engagement.Core.Privacy;
using Engagement.Core.Sites;

namespace Engagement.Core.Events;

/// <summary>
/// Writes a client's event as a record of <see cref="Contracts.Topics.Events"/>: the stamp's members first, then everything the client sent, masked;
/// members that this version does not know are preserved, bounded by the event's own size and depth. Text with escapes is written anew (a lone
/// surrogate becomes U+FFFD), so that every JSON reader can read the log. Hot: allocates nothing. Not thread-safe.
/// </summary>
public sealed class CanonicalEventWriter
{
    private readonly byte[] _record = new byte[Limits.RecordBytesMax];
    private readonly byte[] _texts = new byte[Limits.EventBytesMax];
    private readonly byte[] _masked = new byte[PersonalDataMasker.MaskedBytesMax(Limits.EventBytesMax)];
    private int _length;
    private bool _isFull;
    private DoorLists? _door;

    /// <summary>Members of the last record that the site's lists dropped.</summary>
    public int Dropped { get; private set; }

    /// <summary>Which object a member stands in.</summary>
    private enum Level : byte { Root, Page, Item, Known, Unknown }

    /// <summary>
    /// Writes <paramref name="clientJson"/>, which <see cref="VisitorEventReader.ReadClient"/> read without fault as <paramref name="e"/>. The record
    /// stands until the next write. False when it would be longer than <see cref="Limits.RecordBytesMax"/>.
    /// </summary>
    public bool TryWrite(ReadOnlySpan<byte> clientJson, in VisitorEvent e, in RecordStamp stamp, out ReadOnlySpan<byte> record)
    {
        (_length, _isFull, _door, Dropped) = (0, false, stamp.Door, 0);
        WriteHead(e, stamp);
        WritePrivacy(stamp.Privacy);
        var scanner = new JsonScanner(clientJson, _texts);
        scanner.TryEnterObject();
        CopyMembers(ref scanner, Level.Root, default, isFirst: false);
        Put("}"u8);
        record = _record.AsSpan(0, _length);
        return !_isFull && scanner.Error == EventReadError.None;
    }

    /// <summary>As the other, to <paramref name="output"/>; nothing is written there when it is false.</summary>
    public bool TryWrite(ReadOnlySpan<byte> clientJson, in VisitorEvent e, in RecordStamp stamp, IBufferWriter<byte> output)
    {
        if (!TryWrite(clientJson, e, stamp, out var record)) return false;
        output.Write(record);
        return true;
    }

    private void WriteHead(in VisitorEvent e, in RecordStamp stamp)
    {
        Put("{\"v\":1,\"id\":"u8);
        PutText(e.Id);
        Put(",\"site\":"u8);
        PutText(stamp.Site);
        Put(",\"visitor\":\""u8);
        stamp.Visitor.TryFormat(Take(32));
        Put("\",\"type\":"u8);
        PutText(e.Type == EventType.Unknown ? e.TypeName : EventTypeNames.Utf8(e.Type));
        Put(",\"occurredAt\":\""u8);
        TimestampReader.Write(e.OccurredAt == Instant.Start ? stamp.ReceivedAt : e.OccurredAt, Take(TimestampReader.WrittenBytes));
        Put("\",\"receivedAt\":\""u8);
        TimestampReader.Write(stamp.ReceivedAt, Take(TimestampReader.WrittenBytes));
        Put("\""u8);
    }

    /// <summary>Written anew from the signals of event and request; the client's own member is not copied.</summary>
    private void WritePrivacy(PrivacySignals signals)
    {
        if (signals == PrivacySignals.None) return;
        var consent = (signals & PrivacySignals.ConsentRefused) != 0 ? ",\"consent\":false"u8
            : (signals & PrivacySignals.ConsentGiven) != 0 ? ",\"consent\":true"u8 : default;
        var gpc = (signals & PrivacySignals.GlobalPrivacyControl) != 0 ? ",\"gpc\":true"u8 : default;
        var dnt = (signals & PrivacySignals.DoNotTrack) != 0 ? ",\"dnt\":true"u8 : default;
        var noInvitation = (signals & PrivacySignals.NoInvitation) != 0 ? ",\"noInvitation\":true"u8 : default;
        var bot = (signals & PrivacySignals.NotHuman) != 0 ? ",\"bot\":true"u8 : default;
        Put(",\"privacy\":"u8);
        var open = _length;
        Put(consent);
        Put(gpc);
        Put(dnt);
        Put(noInvitation);
        Put(bot);
        _record[open] = (byte)'{'; // in the first comma's place; the head is far from the buffer's end
        Put("}"u8);
    }

    private void CopyMembers(ref JsonScanner s, Level level, scoped ReadOnlySpan<byte> parent, bool isFirst)
    {
        var isFirstRead = true;
        while (s.NextMember(ref isFirstRead, out var name))
        {
            if (level == Level.Root && ContractMembers.IsStamped(name))
            {
                if (!s.TrySkipValue(depth: 1)) return;
                continue;
            }
            // What stands deeper than an object of the event goes with that object.
            if (_door is not null && (level == Level.Root || !parent.IsEmpty) && !_door.TakesProperty(parent, name, level != Level.Unknown && ContractMembers.IsKnown(name)))
            {
                Dropped++;
                if (!s.TrySkipValue(depth: level == Level.Root ? 1 : 2)) return;
                continue;
            }
            if (!isFirst) Put(","u8);
            isFirst = false;
            PutMasked(name, MaskScope.Text);
            Put(":"u8);
            CopyMember(ref s, level, name);
            if (s.Error != EventReadError.None) return;
        }
    }

    private void CopyMember(ref JsonScanner s, Level level, scoped ReadOnlySpan<byte> name)
    {
        var isKnown = level != Level.Unknown && ContractMembers.IsKnown(name);
        if (!isKnown && s.Kind is JsonKind.Text or JsonKind.Number && SensitiveNames.IsSensitiveMember(name))
        {
            s.TrySkipValue(depth: 1);
            Put("\"[secret]\""u8);
            return;
        }
        var scope = level switch
        {
            Level.Page when name.SequenceEqual("url"u8) || name.SequenceEqual("referrer"u8) => MaskScope.Url,
            Level.Item when name.SequenceEqual("id"u8) => MaskScope.Identifier,
            _ => MaskScope.Text,
        };
        CopyValue(ref s, level == Level.Root ? LevelOf(name) : Level.Unknown, level == Level.Root ? name : default, scope);
    }

    private static Level LevelOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("page"u8) ? Level.Page
        : name.SequenceEqual("product"u8) || name.SequenceEqual("article"u8) ? Level.Item
        : name.SequenceEqual("cart"u8) || name.SequenceEqual("search"u8) ? Level.Known
        : Level.Unknown;

    /// <param name="inside">What the value is, should it be an object.</param>
    /// <param name="s">Where the value stands.</param>
    /// <param name="name">Of the object, where the event itself holds it.</param>
    /// <param name="scope">What the value is, should it be text.</param>
    private void CopyValue(ref JsonScanner s, Level inside, scoped ReadOnlySpan<byte> name, MaskScope scope)
    {
        var kind = s.Kind;
        switch (kind)
        {
            case JsonKind.Object:
                s.TryEnterObject();
                Put("{"u8);
                CopyMembers(ref s, inside, name, isFirst: true);
                Put("}"u8);
                break;
            case JsonKind.Array:
                CopyElements(ref s);
                break;
            case JsonKind.Text:
                if (s.TryReadText(out var text)) PutMasked(text, scope);
                break;
            case JsonKind.Number:
                if (s.TryReadNumber(out var number)) PutNumber(number);
                break;
            default:
                if (s.TryReadLiteral()) Put(kind == JsonKind.True ? "true"u8 : kind == JsonKind.False ? "false"u8 : "null"u8);
                break;
        }
    }

    private void CopyElements(ref JsonScanner s)
    {
        Put("["u8);
        var isFirst = true;
        s.TryEnterArray();
        while (s.NextElement(ref isFirst, out var isLater))
        {
            if (isLater) Put(","u8);
            CopyValue(ref s, Level.Unknown, default, MaskScope.Text);
            if (s.Error != EventReadError.None) return;
        }
        Put("]"u8);
    }

    private void PutMasked(scoped ReadOnlySpan<byte> text, MaskScope scope) =>
        PutText(PersonalDataMasker.TryMask(text, scope, _masked, out var length) ? _masked.AsSpan(0, length) : text);

    /// <summary>A number so long that it may be a card's becomes text where it is one.</summary>
    private void PutNumber(scoped ReadOnlySpan<byte> number)
    {
        if (number.Length >= 14 && PersonalDataMasker.TryMask(number, MaskScope.Text, _masked, out var length)) PutText(_masked.AsSpan(0, length));
        else Put(number);
    }

    private void PutText(scoped ReadOnlySpan<byte> text)
    {
        Put("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(JsonText.NeedsEscape);
            if (plain < 0) plain = text.Length;
            Put(text[..plain]);
            if (plain == text.Length) break;
            if (_record.Length - _length < JsonText.EscapedBytesMax) _isFull = true;
            else _length += JsonText.Escape(text[plain], _record.AsSpan(_length));
            text = text[(plain + 1)..];
        }
        Put("\""u8);
    }

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (_record.Length - _length < bytes.Length) _isFull = true;
        else
        {
            bytes.CopyTo(_record.AsSpan(_length));
            _length += bytes.Length;
        }
    }

    /// <summary>Room for a few bytes of the head, which always fit.</summary>
    private Span<byte> Take(int length)
    {
        _length += length;
        return _record.AsSpan(_length - length, length);
    }
}
