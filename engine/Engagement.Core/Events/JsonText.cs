using System.Buffers;
using System.Text;

namespace Engagement.Core.Events;

/// <summary>Escapes of JSON text. Allocates nothing; thread-safe.</summary>
internal static class JsonText
{
    /// <summary>Longest escape: <c>\u001f</c>.</summary>
    public const int EscapedBytesMax = 6;

    /// <summary>Bytes that may not stand plain in a text, and so end it or begin an escape.</summary>
    public static readonly SearchValues<byte> NeedsEscape = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    /// <summary>A <see cref="JsonKind"/> for each byte that a value may begin with; <see cref="JsonKind.None"/> for the others.</summary>
    public static readonly byte[] KindByFirstByte = Kinds();

    /// <summary>Writes the escape of one of <see cref="NeedsEscape"/>; returns its length. Never longer than the shortest escape that could have been read.</summary>
    public static int Escape(byte value, Span<byte> destination)
    {
        var sign = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        destination[0] = (byte)'\\';
        destination[1] = sign;
        if (sign != 'u') return 2;
        "00"u8.CopyTo(destination[2..]);
        destination[4] = (byte)('0' + (value >> 4));
        destination[5] = "0123456789abcdef"u8[value & 15];
        return EscapedBytesMax;
    }

    /// <summary>Checks the escape that begins at <paramref name="text"/>; <paramref name="length"/> is 2 or 6.</summary>
    public static bool TryReadEscape(ReadOnlySpan<byte> text, out int length)
    {
        length = 2;
        if (text.Length < 2) return false;
        if (text[1] != 'u') return "\"\\/bfnrt"u8.Contains(text[1]);
        length = 6;
        return text.Length >= 6 && Identifiers.TryReadHex(text[2..6], out _);
    }

    /// <summary>Unescapes; the result is never longer than <paramref name="raw"/>. A lone surrogate becomes U+FFFD, as it has no UTF-8.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> destination, out int written)
    {
        written = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0) plain = raw.Length;
            if (destination.Length - written < plain) return false;
            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw.IsEmpty) break;
            if (!TryReadEscape(raw, out var length)) return false;
            var rune = length == 2 ? new Rune(Short(raw[1])) : ReadUnicode(raw, ref length);
            if (!rune.TryEncodeToUtf8(destination[written..], out var bytes)) return false;
            written += bytes;
            raw = raw[length..];
        }
        return true;
    }

    private static char Short(byte escape) => escape switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)escape,
    };

    private static Rune ReadUnicode(ReadOnlySpan<byte> raw, ref int length)
    {
        Identifiers.TryReadHex(raw[2..6], out var first);
        if (Rune.TryCreate((char)first, out var rune)) return rune;
        if (raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u' && Identifiers.TryReadHex(raw[8..12], out var second)
            && Rune.TryCreate((char)first, (char)second, out rune))
        {
            length = 12;
            return rune;
        }
        return Rune.ReplacementChar;
    }

    private static byte[] Kinds()
    {
        var kinds = new byte[256];
        (kinds['"'], kinds['{'], kinds['[']) = ((byte)JsonKind.Text, (byte)JsonKind.Object, (byte)JsonKind.Array);
        (kinds['t'], kinds['f'], kinds['n']) = ((byte)JsonKind.True, (byte)JsonKind.False, (byte)JsonKind.Null);
        foreach (var sign in "-0123456789") kinds[sign] = (byte)JsonKind.Number;
        return kinds;
    }
}
