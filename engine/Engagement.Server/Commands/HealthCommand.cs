using System.CommandLine;

namespace Engagement.Server.Commands;

/// <summary><c>health</c>: asks a server on this machine how it is, for container health checks: the image holds no shell and no curl.</summary>
public static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port of the server on this machine", DefaultValueFactory = _ => 5080 };
        var ready = new Option<bool>("--ready") { Description = "Ask whether traffic should come here, not only whether the process runs" };
        var command = new Command("health", "Asks the server on this machine how it is: exit code 0 when well, 1 when not") { port, ready };
        command.SetAction(async (result, cancellation) =>
        {
            using var http = new HttpClient { Timeout = Timeout };
            var address = new Uri($"http://127.0.0.1:{result.GetRequiredValue(port)}/health/{(result.GetValue(ready) ? "ready" : "live")}");
            try
            {
                using var answer = await http.GetAsync(address, cancellation);
                if (answer.IsSuccessStatusCode) return ExitCodes.Ok;
                await result.InvocationConfiguration.Error.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancellation));
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"{address}: {exception.Message}");
            }
            return ExitCodes.Failed;
        });
        return command;
    }
}
