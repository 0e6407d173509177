using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Engagement.Core.Contracts;

/// <summary>JSON text that grows in a span which is known to be long enough, as the serializer would write it. Hot; allocates nothing.</summary>
internal ref struct Utf8Text(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    public int Length { get; private set; }

    /// <summary>The codes of an enumeration's values as JSON texts, in the order of <paramref name="values"/>.</summary>
    public static byte[][] Quoted<T>(T[] values, Func<T, string> code) => [.. values.Select(v => Encoding.UTF8.GetBytes($"\"{code(v)}\""))];

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_room[Length..]);
        Length += text.Length;
    }

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, _room[Length..], out var written);
        Length += written;
    }

    /// <summary>The shortest text that reads back as the same number; null for what is none. Most numbers of a feature row are small and whole.</summary>
    public void Add(float number)
    {
        if (number is > 0 and < 100_000 && (int)number is var whole && whole == number)
        {
            Add((long)whole);
            return;
        }
        if (!float.IsFinite(number))
        {
            Add("null"u8);
            return;
        }
        number.TryFormat(_room[Length..], out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    public void AddHex(ulong high, ulong low)
    {
        Identifiers.TryWriteHex(high, low, _room[Length..]);
        Length += 32;
    }

    public void AddHex(ulong value)
    {
        value.TryFormat(_room[Length..], out var written, "x16", CultureInfo.InvariantCulture);
        Length += written;
    }

    public void Add(Instant at)
    {
        at.Write(_room[Length..]);
        Length += Instant.TextBytes;
    }

    /// <summary>False, and nothing written, where there is no number.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, float value)
    {
        if (Numbers.OrNull(value) is not { } number) return false;
        Add(name);
        number.TryFormat(_room[Length..], out var written, default, CultureInfo.InvariantCulture);
        Length += written;
        return true;
    }

    /// <summary>Of two numbers those that there are, between braces.</summary>
    public void AddNumbers(float purposeful, float floundering)
    {
        Add("{"u8);
        if (TryAdd("\"purposeful\":"u8, purposeful) && float.IsFinite(floundering)) Add(","u8);
        TryAdd("\"floundering\":"u8, floundering);
        Add("}"u8);
    }

    public void AddList(uint flags, byte[][] codes)
    {
        Add("["u8);
        for (var rest = flags; rest != 0; rest &= rest - 1)
        {
            if (rest != flags) Add(","u8);
            Add(codes[BitOperations.TrailingZeroCount(rest)]);
        }
        Add("]"u8);
    }
}
