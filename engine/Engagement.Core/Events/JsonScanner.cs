using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engagement.Core.Events;

/// <summary>The kind of JSON value that a scanner stands at.</summary>
internal enum JsonKind : byte { None = 0, Object, Array, Text, Number, True, False, Null }

/// <summary>
/// A forward-only, validating JSON scanner (RFC 8259, no comments, no trailing commas) over valid UTF-8 that reports errors as values. The
/// platform's own reader throws, and an exception costs some 10 µs and an allocation: a flood of broken bodies must not cost more than good
/// ones. Held equal to the platform's reader by a differential test. Hot: allocates nothing. Not thread-safe.
/// </summary>
internal ref struct JsonScanner
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<byte> _scratch;
    private int _scratchUsed;
    private int _at;

    /// <param name="json">Valid UTF-8.</param>
    /// <param name="scratch">Takes unescaped text; as long as <paramref name="json"/>, or texts with escapes fail as malformed.</param>
    public JsonScanner(ReadOnlySpan<byte> json, Span<byte> scratch)
    {
        _json = json;
        _scratch = scratch;
    }

    /// <summary>The first error; every Try after it is false.</summary>
    public EventReadError Error { get; private set; }

    /// <summary>Byte offset of the next byte to read.</summary>
    public readonly int At => _at;

    /// <summary>The value that begins here; <see cref="JsonKind.None"/> when none can.</summary>
    public readonly JsonKind Kind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _at >= _json.Length ? JsonKind.None : (JsonKind)JsonText.KindByFirstByte[_json[_at]];
    }

    public bool TryEnterObject()
    {
        SkipSpace();
        if (_at >= _json.Length || _json[_at] != '{') return Fail();
        _at++;
        return true;
    }

    /// <summary>Moves to the next member's value; false at the object's end (consumed) and on an error.</summary>
    /// <param name="isFirst">True before the first member; set false.</param>
    /// <param name="name">Unescaped; lives as long as the input and the scratch.</param>
    public bool NextMember(ref bool isFirst, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!NextItem((byte)'}', ref isFirst) || !TryReadText(out name)) return false;
        SkipSpace();
        if (_at >= _json.Length || _json[_at] != ':') return Fail();
        _at++;
        SkipSpace();
        return true;
    }

    public bool TryEnterArray()
    {
        if (_at >= _json.Length || _json[_at] != '[') return Fail();
        _at++;
        return true;
    }

    /// <summary>Moves to the next element; false at the array's end (consumed) and on an error. <paramref name="isLater"/>: one stood before it.</summary>
    public bool NextElement(ref bool isFirst, out bool isLater)
    {
        isLater = !isFirst;
        return NextItem((byte)']', ref isFirst) && (Kind != JsonKind.None || Fail());
    }

    /// <summary>Moves to what follows the comma; false behind <paramref name="end"/> and on an error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool NextItem(byte end, ref bool isFirst)
    {
        SkipSpace();
        if (_at >= _json.Length) return Fail();
        if (_json[_at] == end)
        {
            _at++;
            return false;
        }
        if (!isFirst)
        {
            if (_json[_at] != ',') return Fail();
            _at++;
            SkipSpace();
        }
        isFirst = false;
        return true;
    }

    /// <summary>Whether only white space is left.</summary>
    public bool TryEnd()
    {
        SkipSpace();
        return _at == _json.Length || Fail();
    }

    /// <summary>Reads a text; unescaped into the scratch only where it has an escape.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryReadRawText(out var raw, out var isEscaped)) return false;
        if (!isEscaped)
        {
            text = raw;
            return true;
        }
        if (_scratch.Length - _scratchUsed < raw.Length) return Fail();
        if (!JsonText.TryUnescape(raw, _scratch[_scratchUsed..], out var written)) return Fail();
        text = _scratch.Slice(_scratchUsed, written);
        _scratchUsed += written;
        return true;
    }

    /// <summary>Reads a text as it stands between its quotes. Escapes are checked for their form, not for lone surrogates.</summary>
    public bool TryReadRawText(out ReadOnlySpan<byte> raw, out bool isEscaped)
    {
        raw = default;
        isEscaped = false;
        if (_at >= _json.Length || _json[_at] != '"') return Fail();
        var start = ++_at;
        while (true)
        {
            if (!TryFindNeedsEscape()) return Fail();
            if (_json[_at] == '"') break;
            if (_json[_at] != '\\' || !JsonText.TryReadEscape(_json[_at..], out var escapeLength)) return Fail();
            isEscaped = true;
            _at += escapeLength;
        }
        raw = _json[start.._at++];
        return true;
    }

    /// <summary>Reads a number as it stands.</summary>
    public bool TryReadNumber(out ReadOnlySpan<byte> raw)
    {
        var start = _at;
        raw = default;
        if (_at < _json.Length && _json[_at] == '-') _at++;
        var digits = SkipDigits();
        if (digits == 0 || (digits > 1 && _json[_at - digits] == '0')) return Fail();
        if (_at < _json.Length && _json[_at] == '.')
        {
            _at++;
            if (SkipDigits() == 0) return Fail();
        }
        if (_at < _json.Length && (_json[_at] | 0x20) == 'e')
        {
            _at++;
            if (_at < _json.Length && _json[_at] is (byte)'+' or (byte)'-') _at++;
            if (SkipDigits() == 0) return Fail();
        }
        raw = _json[start.._at];
        return true;
    }

    /// <summary>Reads <c>true</c>, <c>false</c> or <c>null</c>; which one, <see cref="Kind"/> said before.</summary>
    public bool TryReadLiteral()
    {
        var rest = _json[_at..];
        var length = rest.StartsWith("true"u8) || rest.StartsWith("null"u8) ? 4 : rest.StartsWith("false"u8) ? 5 : 0;
        if (length == 0) return Fail();
        _at += length;
        return true;
    }

    /// <summary>Reads past one value of any kind, checking it.</summary>
    /// <param name="depth">Objects and arrays that are open around it.</param>
    public bool TrySkipValue(int depth)
    {
        var openBase = depth;
        ulong isArray = 0; // one bit per open level above openBase
        while (true)
        {
            switch (Kind)
            {
                case JsonKind.Object or JsonKind.Array:
                    if (++depth > Limits.EventDepthMax) return Fail(EventReadError.TooDeep);
                    var opensArray = _json[_at++] == '[';
                    isArray = (isArray << 1) | (opensArray ? 1u : 0u);
                    SkipSpace();
                    if (_at >= _json.Length) return Fail();
                    if (_json[_at] == (opensArray ? ']' : '}')) break;
                    if (!opensArray && !TrySkipName()) return false;
                    continue;
                case JsonKind.Text:
                    if (!TryReadRawText(out _, out _)) return false;
                    break;
                case JsonKind.Number:
                    if (!TryReadNumber(out _)) return false;
                    break;
                case JsonKind.None:
                    return Fail();
                default:
                    if (!TryReadLiteral()) return false;
                    break;
            }

            // After a value (or at the bracket that ends an empty one): close what closes here, then go on to the next member or element.
            while (true)
            {
                if (depth == openBase) return true;
                SkipSpace();
                if (_at >= _json.Length) return Fail();
                var inArray = (isArray & 1) != 0;
                var next = _json[_at++];
                if (next == (inArray ? ']' : '}'))
                {
                    depth--;
                    isArray >>= 1;
                    continue;
                }
                if (next != ',')
                {
                    _at--;
                    return Fail();
                }
                SkipSpace();
                if (!inArray && !TrySkipName()) return false;
                break;
            }
        }
    }

    /// <summary>Records an error that the caller found.</summary>
    public bool Fail(EventReadError error = EventReadError.MalformedJson)
    {
        if (Error == EventReadError.None) Error = error;
        return false;
    }

    /// <summary>Most JSON has none, so that the question is one comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipSpace()
    {
        if (_at < _json.Length && _json[_at] <= ' ') SkipSpaces();
    }

    private void SkipSpaces()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
    }

    /// <summary>Moves to the next of <see cref="JsonText.NeedsEscape"/>, sixteen bytes at a time: most texts are so short that a call would cost more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFindNeedsEscape()
    {
        while (_json.Length - _at >= Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(_json), (nuint)_at);
            var found = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            if (found != Vector128<byte>.Zero)
            {
                _at += BitOperations.TrailingZeroCount(found.ExtractMostSignificantBits());
                return true;
            }
            _at += Vector128<byte>.Count;
        }
        var length = _json[_at..].IndexOfAny(JsonText.NeedsEscape);
        _at += Math.Max(length, 0);
        return length >= 0;
    }

    private bool TrySkipName()
    {
        if (!TryReadRawText(out _, out _)) return false;
        SkipSpace();
        if (_at >= _json.Length || _json[_at] != ':') return Fail();
        _at++;
        SkipSpace();
        return true;
    }

    private int SkipDigits()
    {
        var start = _at;
        while (_at < _json.Length && _json[_at] is >= (byte)'0' and <= (byte)'9') _at++;
        return _at - start;
    }
}
