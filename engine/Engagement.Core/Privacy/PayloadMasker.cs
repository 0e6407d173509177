namespace Engagement.Core.Privacy;

/// <summary>
/// Masks bytes that could not be read as an event but look like one: values of members whose names are sensitive, <c>visitor</c> and trackers' names for
/// ids of a person among them since an id is never stored as sent, and then everything that <see cref="PersonalDataMasker"/> finds. Works on the quotes
/// alone, for nothing else is sure. Thread-safe; allocates nothing.
/// </summary>
public static class PayloadMasker
{
    /// <summary>Room that <see cref="Mask"/> needs, its own middle step included.</summary>
    public static int MaskedBytesMax(int length) => MembersBytesMax(length) + PersonalDataMasker.MaskedBytesMax(MembersBytesMax(length));

    /// <summary>Writes the masked payload; returns its length.</summary>
    public static int Mask(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var room = destination[^MembersBytesMax(payload.Length)..];
        var members = room[..MaskMembers(payload, room)];
        if (PersonalDataMasker.TryMask(members, MaskScope.Text, destination[..^room.Length], out var written)) return written;
        members.CopyTo(destination);
        return members.Length;
    }

    private static int MembersBytesMax(int length) => 3 * length + 16;

    private static int MaskMembers(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var (written, at) = (0, 0);
        while (at < payload.Length)
        {
            var quote = payload[at..].IndexOf((byte)'"');
            var end = quote < 0 ? payload.Length : EndOfText(payload, at + quote + 1);
            Copy(payload[at..end], destination, ref written);
            if (quote < 0) break;
            var name = payload[(at + quote + 1)..Math.Max(at + quote + 1, end - 1)];
            at = end;
            var isId = SensitiveNames.IsPersonsId(name);
            if (!isId && !name.SequenceEqual("visitor"u8) && !name.SequenceEqual("session"u8) && !SensitiveNames.IsSensitiveMember(name)) continue;
            var value = SkipSpaceAndColon(payload, at);
            if (value < 0) continue;
            Copy(payload[at..value], destination, ref written);
            at = value < payload.Length && payload[value] == '"' ? EndOfText(payload, value + 1) : EndOfBare(payload, value);
            Copy(isId ? "\"[visitor]\""u8 : "\"[secret]\""u8, destination, ref written);
        }
        return written;
    }

    private static void Copy(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int written)
    {
        bytes.CopyTo(destination[written..]);
        written += bytes.Length;
    }

    /// <summary>The place after the closing quote, or the end.</summary>
    private static int EndOfText(ReadOnlySpan<byte> payload, int at)
    {
        while (at < payload.Length)
        {
            if (payload[at] == '"') return at + 1;
            at += payload[at] == '\\' ? 2 : 1;
        }
        return payload.Length;
    }

    private static int EndOfBare(ReadOnlySpan<byte> payload, int at)
    {
        while (at < payload.Length && payload[at] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)'\n')) at++;
        return at;
    }

    private static int SkipSpaceAndColon(ReadOnlySpan<byte> payload, int at)
    {
        while (at < payload.Length && payload[at] <= ' ') at++;
        if (at >= payload.Length || payload[at] != ':') return -1;
        at++;
        while (at < payload.Length && payload[at] <= ' ') at++;
        return at;
    }
}
