package io.holdfast.repository.store.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpHeaders;

/** Tells of requests what their heads say. Thread-safe. */
final class TrafficCounter implements ExecutionInterceptor {

    private static final String LENGTH = "Content-Length";

    private final S3Traffic traffic;

    TrafficCounter(S3Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        var operation = String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
        traffic.request(kind(operation), length(context.httpRequest()), length(context.httpResponse()));
    }

    private static S3Traffic.Kind kind(String operation) {
        if (operation.startsWith("List")) {
            return S3Traffic.Kind.LIST;
        }
        if (operation.startsWith("Delete") || operation.startsWith("Abort")) {
            return S3Traffic.Kind.DELETE;
        }
        return operation.startsWith("Get") || operation.startsWith("Head") ? S3Traffic.Kind.READ : S3Traffic.Kind.WRITE;
    }

    private static long length(SdkHttpHeaders head) {
        return head.firstMatchingHeader(LENGTH)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }
}
