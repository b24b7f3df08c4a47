package dev.stet.service.http;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty itself refuses, said in the API's own form: no page, no trace, nothing of what was sent.
final class PlainErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? HttpStatus.INTERNAL_SERVER_ERROR_500 : response.getStatus();
        Answer answer = Answer.problem(status, "refused", String.valueOf(HttpStatus.getMessage(status)));
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(
                true, java.nio.ByteBuffer.wrap(answer.body().toString().getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
