using System.CommandLine;
using Engagement.Engine.Api;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary>A verb of <c>rejects</c>: which server, which rejects, and what goes wrong alike for both.</summary>
internal sealed class RejectArguments
{
    private readonly Option<string> _server = new("--server") { Required = true, Description = "Address of a node, such as http://127.0.0.1:5080" };
    private readonly Option<string?> _code = new("--code") { Description = "Only rejects with this code, such as missing_field" };
    private readonly Option<string?> _field = new("--field") { Description = "Only those with this field at fault" };
    private readonly Option<string?> _dialect = new("--dialect") { Description = "Only those of this dialect; native: our own form" };
    private readonly Option<string?> _since = new("--since") { Description = "Only those received then or later, as RFC 3339 writes it" };
    private readonly Option<string?> _until = new("--until") { Description = "Only those received before" };

    public RejectArguments(string name, string description)
    {
        _server.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) result.AddError("--server: an address of http or https");
        });
        Command = new Command(name, $"{description}. Key: {RejectsCommand.KeyVariable}, or a file that {RejectsCommand.KeyFileVariable} names") { _server, _code, _field, _dialect, _since, _until };
    }

    public Command Command { get; }

    /// <summary>2 where there is no key, 1 where the server refuses or cannot be reached.</summary>
    public async Task<int> RunAsync(
        ParseResult result, Func<string, string?> environment, Func<RejectClient, ResendBody, TextWriter, Task> run, CancellationToken cancellation)
    {
        var error = result.InvocationConfiguration.Error;
        var errors = new List<string>();
        var key = SecretReader.Read(environment, RejectsCommand.KeyVariable, RejectsCommand.KeyFileVariable, errors);
        if (key is null && errors.Count == 0) errors.Add($"The site's api key is needed: {RejectsCommand.KeyVariable}, or a file that {RejectsCommand.KeyFileVariable} names");
        foreach (var wrong in errors) await error.WriteLineAsync(wrong);
        if (key is null) return ExitCodes.BadConfiguration;
        using var client = new RejectClient(new Uri(result.GetRequiredValue(_server)), key);
        try
        {
            var filter = new ResendBody(
                result.GetValue(_code), result.GetValue(_field), result.GetValue(_dialect), result.GetValue(_since), result.GetValue(_until), null, null, null);
            await run(client, filter, result.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidDataException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCodes.Failed;
        }
    }
}
