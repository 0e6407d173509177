using System.Buffers;
using System.Text;

namespace Engagement.Core.Events;

/// <summary>Keys of records of <see cref="Contracts.Topics.Events"/>: a visitor's records share one, and so a partition. Thread-safe.</summary>
public static class RecordKeys
{
    /// <summary>Key of ticks, whose partition is given.</summary>
    public static ReadOnlyMemory<byte> Tick { get; } = "tick"u8.ToArray();

    /// <summary><c>site:visitor</c>. Allocates.</summary>
    public static byte[] Of(string site, VisitorKey visitor) => Encoding.UTF8.GetBytes($"{site}:{visitor}");

    /// <summary>Appends the key; returns its length in bytes.</summary>
    public static int Write(string site, VisitorKey visitor, IBufferWriter<byte> output)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(site.Length) + 33);
        var length = Encoding.UTF8.GetBytes(site, room);
        room[length] = (byte)':';
        visitor.TryFormat(room[(length + 1)..]);
        output.Advance(length + 33);
        return length + 33;
    }

    /// <summary>False for a tick's key.</summary>
    public static bool TryReadVisitor(ReadOnlySpan<byte> key, out VisitorKey visitor)
    {
        visitor = default;
        return key.Length > 33 && key[^33] == ':' && VisitorKey.TryParse(key[^32..], out visitor);
    }

    /// <summary>Length of the key of a visitor of this site.</summary>
    public static int Length(ReadOnlySpan<byte> site) => site.Length + 33;

    /// <summary>Writes the key; <paramref name="destination"/> must hold <see cref="Length"/> bytes.</summary>
    public static void Write(ReadOnlySpan<byte> site, VisitorKey visitor, Span<byte> destination)
    {
        site.CopyTo(destination);
        destination[site.Length] = (byte)':';
        visitor.TryFormat(destination[(site.Length + 1)..]);
    }
}
