using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engagement.Core.Sessions;

/// <summary>
/// Asks the processor to fetch what will be read soon (<c>PREFETCHT0</c>): unlike a read it waits for nothing, and unlike a read it may be given a place that
/// has moved or gone. Nothing where the processor has no such instruction. The only unsafe code of the core: an address is taken, never followed.
/// </summary>
internal static class CacheHint
{
    private const int LineBytes = 64;

    /// <summary>The line that <paramref name="at"/> lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(ref readonly byte at)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in at)));
    }

    /// <summary>So many bytes from <paramref name="at"/>, line by line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(ref readonly byte at, int bytes)
    {
        for (var offset = 0; offset < bytes; offset += LineBytes) Fetch(ref Unsafe.Add(ref Unsafe.AsRef(in at), offset));
    }
}
