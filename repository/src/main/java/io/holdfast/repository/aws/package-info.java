/** What the clients of all services of AWS share: connections, credentials and the region. */
@NullMarked
package io.holdfast.repository.aws;

import org.jspecify.annotations.NullMarked;
