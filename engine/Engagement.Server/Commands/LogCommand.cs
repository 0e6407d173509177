using System.CommandLine;
using System.Globalization;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream;
using Engagement.Engine.Stream.Embedded;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary><c>log dump</c>: what stands in a topic of the embedded log, for operators. The server must not run meanwhile: it owns the file.</summary>
public static class LogCommand
{
    private const int RecordsPerRead = 2_000;

    public static Command Create()
    {
        var topic = new Option<string>("--topic") { Description = "Topic of the log", DefaultValueFactory = _ => Topics.Decisions };
        topic.AcceptOnlyFromAmong(Topics.Events, Topics.Rejects, Topics.Decisions, Topics.Outcomes, Topics.Erasures, Topics.Notices);
        var data = new Option<DirectoryInfo>("--data") { Description = "Directory of the log and the store", DefaultValueFactory = _ => new DirectoryInfo(".data") };
        var plain = new Option<bool>("--values") { Description = "Only the records, one a line, without partition, offset and key" };
        var dump = new Command("dump", "Prints the records of a topic, one a line: partition, offset, key, value") { topic, data, plain };
        dump.SetAction(async (result, cancellation) =>
        {
            var file = EmbeddedStorage.DatabaseOf(result.GetRequiredValue(data).FullName);
            if (!File.Exists(file))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"There is no log at {file}");
                return ExitCodes.BadConfiguration;
            }
            try
            {
                await DumpAsync(file, result.GetRequiredValue(topic), result.GetValue(plain), result.InvocationConfiguration.Output, cancellation);
                return ExitCodes.Ok;
            }
            catch (IOException exception)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
                return ExitCodes.Failed;
            }
        });
        return new Command("log", "Reads the embedded log") { dump };
    }

    private static async Task DumpAsync(string file, string topic, bool plain, TextWriter output, CancellationToken cancellation)
    {
        await using var database = EmbeddedDatabase.Open(file, TimeProvider.System);
        await using var log = new EmbeddedEventLog(database);
        var erasures = await ErasureIndex.LoadAsync(log, cancellation);
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var offset = (await log.GetBoundsAsync(topic, partition, cancellation)).First;
            while (true)
            {
                using var batch = await log.ReadAsync(topic, partition, offset, RecordsPerRead, cancellation);
                if (batch.Count == 0) break;
                for (var i = 0; i < batch.Count; i++)
                    if (!(topic == Topics.Rejects ? erasures.HidesReject(batch[i]) : erasures.Hides(batch[i]))) await output.WriteLineAsync(Line(partition, batch[i], plain));
                offset = batch.NextOffset;
            }
        }
    }

    private static string Line(int partition, LogRecord record, bool plain)
    {
        var value = Encoding.UTF8.GetString(record.Value.Span);
        return plain ? value : string.Create(CultureInfo.InvariantCulture, $"{partition}\t{record.Offset}\t{Encoding.UTF8.GetString(record.Key.Span)}\t{value}");
    }
}
