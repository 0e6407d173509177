using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;

namespace Engagement.Testing;

/// <summary>Fills a log with visits, one shift of visitors after the other, by the log's own producer.</summary>
internal static class LogFilling
{
    private const int Shift = 250_000;
    private const int PerCall = 2_000;
    private const int CallsAtOnce = 8;

    /// <summary>How often a visitor who stays all day is heard: well inside the gap.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromMinutes(4);

    /// <param name="live">Visitors on the site at a time.</param>
    /// <param name="steady">With one visitor in each partition who stays for the first two hours, so that a rebuild has to read all of them again.</param>
    public static async Task<long> FillAsync(IEventLog log, string site, int events, int live, bool steady = false)
    {
        long written = 0;
        var at = EventStream.Opening;
        for (var shift = 0; written < events; shift++)
        {
            var stream = EventStream.Generate((int)Math.Min(Shift, events - written), live, 20261122 + shift, site, at);
            if (steady) await AppendSteadyAsync(log, site, at, stream.End);
            await AppendAsync(log, site, stream);
            (at, written) = (stream.End, written + stream.Count);
        }
        return written;
    }

    /// <summary>Everything in a stream, in its order by visitor; returns when all of it is durable.</summary>
    public static async Task AppendAsync(IEventLog log, string site, EventStream stream)
    {
        var calls = new Queue<Task>();
        for (var from = 0; from < stream.Count; from += PerCall)
        {
            var records = new List<LogAppend>(PerCall);
            for (var i = from; i < Math.Min(stream.Count, from + PerCall); i++)
                records.Add(new LogAppend(KeyOf(site, stream[i]), stream.Bytes.AsMemory(i == 0 ? 0 : stream.Ends[i - 1], stream[i].Length)));
            if (calls.Count == CallsAtOnce) await calls.Dequeue();
            calls.Enqueue(AppendAsync(log, records));
        }
        await Task.WhenAll(calls);
    }

    private static async Task AppendSteadyAsync(IEventLog log, string site, Instant from, Instant to)
    {
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var visitor = VisitorIn(log, site, partition);
            var records = new List<LogAppend>();
            for (var at = from; at < to; at += Pulse)
            {
                var json = $$"""{"v":1,"id":"steady-{{at.UnixMs}}","site":"{{site}}","visitor":"{{visitor}}","type":"page_viewed","occurredAt":"{{at}}","receivedAt":"{{at}}","page":{"url":"https://shop.example/"} }""";
                records.Add(new LogAppend(RecordKeys.Of(site, visitor), Encoding.UTF8.GetBytes(json)));
            }
            await AppendAsync(log, records);
        }
    }

    private static VisitorKey VisitorIn(IEventLog log, string site, int partition)
    {
        for (ulong n = 1; ; n++)
        {
            var visitor = new VisitorKey(0x57EAD1, n);
            if (Engagement.Engine.Stream.Murmur2.PartitionOf(RecordKeys.Of(site, visitor), log.PartitionCount) == partition) return visitor;
        }
    }

    private static async Task AppendAsync(IEventLog log, IReadOnlyList<LogAppend> records)
    {
        while (true)
        {
            var result = await log.AppendAsync(Topics.Events, records, default);
            if (result.IsDurable) return;
            if (result.Outcome != AppendOutcome.Busy) throw new InvalidOperationException($"The log was {result.Outcome}.");
            await Task.Delay(10);
        }
    }

    /// <summary>The record says its visitor: 32 digits behind the member's name.</summary>
    private static byte[] KeyOf(string site, ReadOnlySpan<byte> record)
    {
        var visitor = record[(record.IndexOf("\"visitor\":\""u8) + 11)..][..32];
        var key = new byte[site.Length + 33];
        Encoding.ASCII.GetBytes(site, key);
        key[site.Length] = (byte)':';
        visitor.CopyTo(key.AsSpan(site.Length + 1));
        return key;
    }
}
